package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MinuteQuotaTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");

    private final TestClock clock = new TestClock(Instant.parse("2026-11-25T12:00:10Z"));
    private final MinuteQuota quota = new MinuteQuota(2, clock);

    @Test
    void boundsTheEventsOfATenantInAMinute() {
        assertThat(quota.take(ACME)).isEmpty();
        assertThat(quota.take(ACME)).isEmpty();
        assertThat(quota.take(ACME)).contains(Duration.ofSeconds(50));
        assertThat(quota.take(OTHER)).isEmpty();
        clock.pass(Duration.ofSeconds(50));
        assertThat(quota.take(ACME)).isEmpty();
    }
}
