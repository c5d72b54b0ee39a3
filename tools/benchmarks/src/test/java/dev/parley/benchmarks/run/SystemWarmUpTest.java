package dev.parley.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SystemWarmUpTest {
    private static final int BATCHES_MIN = 3;
    private static final int BATCHES_MAX = 5;

    private static boolean settled(Integer... seconds) {
        List<Duration> batches = Stream.of(seconds).map(Duration::ofSeconds).toList();
        return SystemWarmUp.settled(batches, BATCHES_MIN, BATCHES_MAX);
    }

    @Test
    void goesOnWhileBatchesBecomeCheaper() {
        assertThat(settled(20, 15, 12)).isFalse();
        assertThat(settled(20, 15, 12, 11)).isFalse();
    }

    @Test
    void endsWhenTheyDoNot() {
        assertThat(settled(20, 15, 15)).isTrue();
        assertThat(settled(20, 15, 12, 12)).isTrue();
    }

    @Test
    void takesNotFewerAndNotMoreThanAllowed() {
        assertThat(settled()).isFalse();
        assertThat(settled(10, 10)).isFalse();
        assertThat(settled(50, 40, 30, 20, 10)).isTrue();
    }
}
