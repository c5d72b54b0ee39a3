package dev.parley.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SystemWarmUpTest {
    private static final int BATCHES_MAX = 15;

    private static boolean settled(Integer... seconds) {
        List<Duration> batches = Stream.of(seconds).map(Duration::ofSeconds).toList();
        return SystemWarmUp.settled(batches, BATCHES_MAX);
    }

    @Test
    void goesOnWhileBatchesBecomeCheaper() {
        assertThat(settled(90, 50, 30, 29, 28, 27, 27, 27, 27, 27)).isFalse();
        assertThat(settled(30, 31, 29, 30, 29, 29, 28, 29, 28, 28)).isFalse();
    }

    @Test
    void endsWhenTheyDoNot() {
        assertThat(settled(30, 29, 28, 28, 30, 29, 28, 30, 29, 29)).isTrue();
        assertThat(settled(90, 50, 30, 29, 33, 25, 30, 30, 29, 30, 29)).isFalse();
        assertThat(settled(90, 30, 29, 33, 29, 30, 31, 30, 29, 30, 30)).isTrue();
    }

    @Test
    void takesNotFewerAndNotMoreThanAllowed() {
        assertThat(settled()).isFalse();
        assertThat(settled(10, 10, 10, 10, 10, 10, 10, 10, 10)).isFalse();
        assertThat(settled(150, 140, 130, 120, 110, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10))
                .isTrue();
    }
}
