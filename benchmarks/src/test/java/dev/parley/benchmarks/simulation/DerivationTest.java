package dev.parley.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.benchmarks.simulation.Derivation.Taken;
import dev.parley.benchmarks.simulation.ServiceTimes.Cost;
import dev.parley.benchmarks.simulation.ServiceTimes.Point;
import dev.parley.benchmarks.simulation.ServiceTimes.Spread;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DerivationTest {
    @Test
    void findsThePartsAgain() {
        Cost cost = Derivation.cost(new Taken(1_000 + 5 * 75, 1_000 + 105 * 75, 1_000 + 105 * 5, 25), 5, 105);

        assertThat(cost).isEqualTo(new Cost(1_000, 50, 20, 5));
    }

    @Test
    void takesDifferencesBelowZeroForNoise() {
        Cost cost = Derivation.cost(new Taken(500, 490, 480, 3), 5, 105);

        assertThat(cost).isEqualTo(new Cost(500, 0, 0, 0));
    }

    @Test
    void fitsTheShareOfARequestThatComesFirst() {
        ServiceTimes times = Cells.times(new Cost(2_000, 20, 20, 5), 3);
        Cell machine = Cell.oneMachine(2, 12, 24);
        Traffic traffic = Traffic.random(20, 10, 20);
        Spread seen = Simulation.run(times.withAnswering(0.3), machine, traffic, 30, 1)
                .firstToken();
        Point point = new Point("a test", traffic, Optional.of(seen), Optional.empty(), Optional.empty());

        assertThat(Derivation.fit(times, machine, point, 1).answering()).isCloseTo(0.3, within(0.01));
    }
}
