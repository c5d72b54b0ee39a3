package dev.parley.benchmarks.simulation;

import static dev.parley.benchmarks.simulation.Cells.TWO_OF_EACH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.parley.benchmarks.simulation.ServiceTimes.Cost;
import dev.parley.benchmarks.simulation.ServiceTimes.Spread;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final ServiceTimes TIMES = Cells.times(new Cost(400, 20, 20, 5), 3);
    private static final double SECONDS = 5;
    private static final long SEED = 1;

    @Test
    void isTheSameForTheSameSeed() {
        Traffic traffic = new Traffic(100, 5, 0, 40, 20, 0);

        Outcome once = run(TIMES, TWO_OF_EACH, traffic);
        Outcome again = run(TIMES, TWO_OF_EACH, traffic);
        Outcome other = Simulation.run(TIMES, TWO_OF_EACH, traffic, SECONDS, SEED + 1);

        assertThat(again.firstToken()).isEqualTo(once.firstToken());
        assertThat(again.busy()).isEqualTo(once.busy());
        assertThat(other.busy()).isNotEqualTo(once.busy());
    }

    @Test
    void addsTheHopsWhereNothingElseTakesTime() {
        ServiceTimes hopsOnly = Cells.times(new Cost(0, 0, 0, 0), 3);

        Outcome outcome = run(hopsOnly, TWO_OF_EACH, new Traffic(5, 1, 0, 4, 20, 450));

        assertThat(outcome.firstToken().median()).isCloseTo(3, within(0.01));
        assertThat(outcome.firstToken().p99()).isCloseTo(3, within(0.01));
        assertThat(outcome.gap()).satisfies(gap -> assertThat(gap.median()).isCloseTo(50, within(0.1)));
    }

    @Test
    void deliversEveryDeltaAtTheRateOfClaude() {
        Outcome outcome = run(TIMES, TWO_OF_EACH, new Traffic(100, 1, 200, 400, 20, 0));

        assertThat(outcome.deltasPerSecond()).isCloseTo(200 * 20, withinPercentage(1));
    }

    @Test
    void usesAsMuchOfTheProcessorsAsTheWorkTakes() {
        ServiceTimes perDelta = Cells.times(new Cost(0, 0, 0, 100), 3);

        Outcome outcome = run(perDelta, Cell.oneMachine(2, 12, 24), new Traffic(100, 1, 100, 400, 20, 0));

        double stagesOfADelta = 6;
        assertThat(outcome.coresInUse()).isCloseTo(2_000 * stagesOfADelta * 100e-6, withinPercentage(2));
    }

    @Test
    void saysWhatIsFullFirst() {
        Outcome outcome = run(TIMES, TWO_OF_EACH.withInferences(1).withGateways(6), Traffic.random(1_000, 80, 40));

        assertThat(outcome.busiest().getKey()).startsWith("inference");
        assertThat(outcome.busiest().getValue()).isGreaterThan(0.95);
        assertThat(run(TIMES, TWO_OF_EACH.withInferences(12).withGateways(6), Traffic.random(1_000, 80, 40))
                        .firstToken()
                        .p99())
                .isLessThan(outcome.firstToken().p99());
    }

    @Test
    void readsForOthersWhereGatewaysShareAPartition() {
        Traffic traffic = Traffic.random(100, 20, 20);
        Cell four = TWO_OF_EACH.withGateways(4);

        assertThat(run(TIMES, four, traffic).foreignShare()).isZero();
        assertThat(run(TIMES, four.withDeltaPartitions(1), traffic).foreignShare())
                .isCloseTo(0.75, within(0.01));
    }

    @Test
    void gathersDeltasForAnInterval() {
        Outcome outcome = run(TIMES, TWO_OF_EACH.withCoalescing(200), new Traffic(100, 1, 200, 400, 20, 0));

        assertThat(outcome.gap().median()).isCloseTo(200, within(5.0));
        assertThat(outcome.deltasPerSecond()).isCloseTo(200 * 20, withinPercentage(5));
        assertThat(outcome.coresInUse())
                .isLessThan(run(TIMES, TWO_OF_EACH, new Traffic(100, 1, 200, 400, 20, 0))
                        .coresInUse());
    }

    @Test
    void letsRequestsThatArriveTogetherWaitForEachOther() {
        Spread alone = run(TIMES, TWO_OF_EACH, new Traffic(200, 1, 0, 4, 20, 0)).firstToken();
        Spread together =
                run(TIMES, TWO_OF_EACH, new Traffic(200, 50, 0, 4, 20, 0)).firstToken();

        assertThat(together.p99()).isGreaterThan(alone.p99());
    }

    private static Outcome run(ServiceTimes times, Cell cell, Traffic traffic) {
        return Simulation.run(times, cell, traffic, SECONDS, SEED);
    }
}
