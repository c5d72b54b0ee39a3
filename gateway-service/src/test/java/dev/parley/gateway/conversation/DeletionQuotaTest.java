package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class DeletionQuotaTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:10Z"), ZoneOffset.UTC);
    private final DeletionQuota quota = new DeletionQuota(new DeletionSettings(2, 10, Duration.ofSeconds(1)), clock);

    @Test
    void boundsDeletionsPerTenantAndMinute() {
        assertThat(quota.take(ACME, 0, 0)).isEmpty();
        assertThat(quota.take(ACME, 0, 0)).isEmpty();
        assertThat(quota.take(ACME, 0, 0)).contains(Duration.ofSeconds(50));
        assertThat(quota.take(OTHER, 0, 0)).isEmpty();
        clock.add(Duration.ofSeconds(50));
        assertThat(quota.take(ACME, 0, 0)).isEmpty();
    }

    @Test
    void boundsATenantToAFifthOfTheMemory() {
        assertThat(quota.take(ACME, 9, 1)).isEmpty();
        assertThat(quota.take(ACME, 9, 2)).isPresent();
    }

    @Test
    void refusesDeletionsWhenTheMemoryIsFull() {
        assertThat(quota.take(ACME, 10, 0)).isPresent();
    }

    @Test
    void rejectsSettingsThatPermitNoDeletion() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DeletionSettings(0, 10, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DeletionSettings(1, 4, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DeletionSettings(1, 10, Duration.ZERO));
    }
}
