package dev.parley.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackgroundLoadTest {
    @Test
    void countsAllButIdleTime() {
        assertThat(BackgroundLoad.ticks("cpu  1000 200 30 400000 5000 6 7 8 999 0"))
                .isEqualTo(1000 + 200 + 30 + 6 + 7 + 8);
    }

    @Test
    void isNeverNegative() {
        assertThat(new BackgroundLoad().cores()).isGreaterThanOrEqualTo(0);
    }
}
