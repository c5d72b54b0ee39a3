package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThresholdsTest {
    @Test
    void aCosineGivesTheThresholdsOfItsMode() {
        assertThat(Thresholds.STANDARD.withCosineMin(0.88)).isEqualTo(Thresholds.STANDARD);
        assertThat(Thresholds.STANDARD.withCosineMin(0.94)).isEqualTo(Thresholds.STRICT);
        assertThat(Thresholds.STANDARD.withCosineMin(0.91).guardMin()).isEqualTo(0.85);
        assertThat(Thresholds.STANDARD.withCosineMin(0.80).guardMin()).isEqualTo(0.8);
        assertThat(Thresholds.STANDARD.withCosineMin(0.99).guardMin()).isEqualTo(0.9);
        assertThat(Thresholds.STANDARD.withCosineMin(1).cosineMin())
                .as("that of equal vectors may be rounded")
                .isBetween(0.999999, Math.nextDown(1.0));
        assertThat(Thresholds.JUDGED.withCosineMin(0.91).judged()).isTrue();
    }
}
