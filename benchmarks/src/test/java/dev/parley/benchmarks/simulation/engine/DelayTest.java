package dev.parley.benchmarks.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class DelayTest {
    private static final int DRAWS = 100_000;
    private static final long SEED = 7;

    @Test
    void drawsAsItsPercentilesSay() {
        double[] drawn = sorted(DoubleStream.generate(draw(Delay.of(2, 12), new Random(SEED))));

        assertThat(drawn[DRAWS / 2]).isCloseTo(2, withinPercentage(3));
        assertThat(drawn[DRAWS * 99 / 100]).isCloseTo(12, withinPercentage(6));
    }

    @Test
    void partsMakeTheWholeAgain() {
        Random random = new Random(SEED);
        Delay whole = Delay.of(2, 12);
        Delay part = whole.part(3);
        double[] sums = sorted(DoubleStream.generate(() -> part.next(random) + part.next(random) + part.next(random)));

        assertThat(3 * part.mean()).isCloseTo(whole.mean(), withinPercentage(0.001));
        assertThat(sums[DRAWS / 2]).isCloseTo(2, withinPercentage(15));
        assertThat(sums[DRAWS * 99 / 100]).isCloseTo(12, withinPercentage(15));
    }

    @Test
    void canBeNone() {
        assertThat(Delay.of(0, 0).part(3).next(new Random(SEED))).isZero();
    }

    private static DoubleSupplier draw(Delay delay, Random random) {
        return () -> delay.next(random);
    }

    private static double[] sorted(DoubleStream draws) {
        return draws.limit(DRAWS).sorted().toArray();
    }
}
