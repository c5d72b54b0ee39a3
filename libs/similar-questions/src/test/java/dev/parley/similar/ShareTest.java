package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShareTest {
    /** Values of the binom package of R: binom.confint(., ., methods = "wilson"). */
    @Test
    void hasWilsonsInterval() {
        Share most = Share.of(190, 200);
        assertThat(most.value()).isEqualTo(0.95);
        assertThat(most.low()).isCloseTo(0.9104, within(1e-4));
        assertThat(most.high()).isCloseTo(0.9726, within(1e-4));
    }

    @Test
    void staysBetweenNoneAndAll() {
        for (int whole = 1; whole <= 1_000; whole++) {
            assertThat(Share.of(0, whole).low()).isBetween(0.0, 1e-9);
            assertThat(Share.of(whole, whole).high()).isBetween(1 - 1e-9, 1.0);
        }
    }

    @Test
    void ofNothingIsUnknown() {
        assertThat(Share.of(0, 0)).isEqualTo(new Share(0, 0, 1));
    }
}
