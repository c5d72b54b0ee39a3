package dev.parley.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TimingsTest {
    @Test
    void percentilesAreOfNearestRank() {
        Timings timings = new Timings();
        for (int millis = 1; millis <= 10; millis++) {
            timings.add("embed", millis * 1_000_000L);
        }

        assertThat(timings.percentiles()).isEqualTo(Map.of("embed", Map.of("p50", 5.0, "p99", 10.0)));
    }
}
