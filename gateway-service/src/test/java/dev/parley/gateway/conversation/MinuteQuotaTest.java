package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class MinuteQuotaTest {
    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:10Z"), ZoneOffset.UTC);
    private final MinuteQuota<String> quota = new MinuteQuota<>(2, clock);

    @Test
    void boundsTheEventsOfOneInAMinute() {
        assertThat(quota.take("one")).isEmpty();
        assertThat(quota.take("one")).isEmpty();
        assertThat(quota.take("one")).contains(Duration.ofSeconds(50));
        assertThat(quota.take("other")).isEmpty();
        clock.add(Duration.ofSeconds(50));
        assertThat(quota.take("one")).isEmpty();
    }
}
