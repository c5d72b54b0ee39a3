package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class MinuteQuotaTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:10Z"), ZoneOffset.UTC);
    private final MinuteQuota quota = new MinuteQuota(2, clock);

    @Test
    void boundsTheEventsOfATenantInAMinute() {
        assertThat(quota.take(ACME)).isEmpty();
        assertThat(quota.take(ACME)).isEmpty();
        assertThat(quota.take(ACME)).contains(Duration.ofSeconds(50));
        assertThat(quota.take(OTHER)).isEmpty();
        clock.add(Duration.ofSeconds(50));
        assertThat(quota.take(ACME)).isEmpty();
    }
}
