package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class KeyQuotaTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final Duration NEXT_MINUTE = Duration.ofSeconds(50);

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:10Z"), ZoneOffset.UTC);
    private final KeyQuota quota = new KeyQuota(2, clock);

    @Test
    void aKeyDoesNotUseUpTheQuotaOfItsTenant() {
        for (int i = 0; i < 2; i++) {
            assertThat(quota.take(ACME, "key_1")).isEmpty();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(quota.take(ACME, "key_1")).contains(NEXT_MINUTE);
        }
        assertThat(quota.take(ACME, "key_2")).isEmpty();
        clock.add(NEXT_MINUTE);
        assertThat(quota.take(ACME, "key_1")).isEmpty();
    }

    @Test
    void aTenantHasTheQuotaOfTwoKeys() {
        for (int i = 0; i < 4; i++) {
            assertThat(quota.take(ACME, "key_" + i)).isEmpty();
        }
        assertThat(quota.take(ACME, "key_4")).contains(NEXT_MINUTE);
        assertThat(quota.take(new TenantId("other"), "key_5")).isEmpty();
    }

    @Test
    void theLargestQuotaRefusesNothing() {
        assertThat(new KeyQuota(Integer.MAX_VALUE, clock).take(ACME, "key_1")).isEmpty();
    }
}
