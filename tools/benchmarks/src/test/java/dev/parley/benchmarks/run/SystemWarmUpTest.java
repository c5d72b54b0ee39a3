package dev.parley.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SystemWarmUpTest {
    private static final int BATCHES_MAX = 30;

    private static boolean settled(int... seconds) {
        List<Duration> batches =
                IntStream.of(seconds).mapToObj(Duration::ofSeconds).toList();
        return SystemWarmUp.settled(batches, BATCHES_MAX);
    }

    private static int[] falling(int from, int count) {
        return IntStream.range(0, count).map(i -> from - i).toArray();
    }

    @Test
    void goesOnWhileBatchesBecomeCheaper() {
        assertThat(settled(90, 50, 30, 29, 28, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27))
                .isFalse();
        assertThat(settled(falling(100, 24))).isFalse();
    }

    /** As measured: each half varies by more than a batch is cheaper than the one before. */
    @Test
    void goesOnWhileTheyVaryByMoreThanTheyBecomeCheaper() {
        assertThat(settled(756, 685, 632, 612, 685, 638, 576, 589, 501, 580, 599, 608, 570, 582, 560, 565))
                .isFalse();
    }

    @Test
    void endsWhenTheyDoNot() {
        assertThat(settled(30, 29, 28, 28, 30, 29, 28, 30, 29, 29, 30, 28, 29, 30, 29, 28))
                .isTrue();
        assertThat(settled(90, 60, 30, 29, 33, 29, 30, 31, 30, 29, 30, 30, 29, 31, 30, 30, 29, 30))
                .isTrue();
    }

    @Test
    void takesNotFewerAndNotMoreThanAllowed() {
        assertThat(settled()).isFalse();
        assertThat(settled(10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10))
                .isFalse();
        assertThat(settled(falling(100, BATCHES_MAX))).isTrue();
    }
}
