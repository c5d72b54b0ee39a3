package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThresholdsTest {
    @Test
    void aCosineGivesTheThresholdsOfItsMode() {
        assertThat(Thresholds.of(0.88)).isEqualTo(Thresholds.STANDARD);
        assertThat(Thresholds.of(0.94)).isEqualTo(Thresholds.STRICT);
        assertThat(Thresholds.of(0.91).guardMin()).isEqualTo(0.85);
        assertThat(Thresholds.of(0.80).guardMin()).isEqualTo(0.8);
        assertThat(Thresholds.of(0.99).guardMin()).isEqualTo(0.9);
    }
}
