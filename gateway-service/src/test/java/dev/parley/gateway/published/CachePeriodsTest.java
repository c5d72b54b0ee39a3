package dev.parley.gateway.published;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachePeriodsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT1S,   1, 0",
        "PT1H,   3600, 0",
        "P1DT1H, 86400, 3600",
        "P30D,   86400, 604800",
    })
    void noPeriodReachesBeyondTheEnd(Duration left, long shared, long failing) {
        assertThat(CachePeriods.ANSWER.header(NOON, Optional.of(NOON.plus(left))))
                .isEqualTo("public, max-age=0, s-maxage=" + shared + ", stale-if-error=" + failing);
    }

    @ParameterizedTest
    @CsvSource({"PT30S, 30", "PT2M, 60"})
    void aBrowserKeepsAListUntilItsFirstEnd(Duration left, long browser) {
        assertThat(CachePeriods.LIST.header(NOON, Optional.of(NOON.plus(left))))
                .startsWith("public, max-age=" + browser + ", s-maxage=" + left.toSeconds() + ",");
    }
}
