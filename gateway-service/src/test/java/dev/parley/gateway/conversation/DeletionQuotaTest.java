package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class DeletionQuotaTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final String KEY = "key_1";

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-25T12:00:10Z"), ZoneOffset.UTC);
    private final DeletionQuota quota = new DeletionQuota(new DeletionSettings(2, 20, Duration.ofSeconds(1)), clock);

    @Test
    void boundsDeletionsPerKeyAndMinute() {
        assertThat(existing(0, 0)).isEmpty();
        assertThat(existing(0, 0)).isEmpty();
        assertThat(existing(0, 0)).contains(Duration.ofSeconds(50));
        assertThat(quota.take(ACME, "key_2", 0, 0, () -> true)).isEmpty();
        clock.add(Duration.ofSeconds(50));
        assertThat(existing(0, 0)).isEmpty();
    }

    @Test
    void boundsATenantToAFifthOfTheMemory() {
        assertThat(existing(19, 3)).isEmpty();
        assertThat(existing(19, 4)).isPresent();
    }

    @Test
    void refusesDeletionsWhenTheMemoryIsFull() {
        assertThat(existing(20, 0)).isPresent();
    }

    @Test
    void keepsHalfOfATenantsMemoryForConversationsThatExist() {
        assertThat(quota.take(ACME, KEY, 2, 2, () -> false)).contains(Duration.ofSeconds(10));
        assertThat(existing(2, 2)).isEmpty();
    }

    @Test
    void keepsHalfOfTheMemoryForConversationsThatExist() {
        assertThat(quota.take(ACME, KEY, 10, 0, () -> false)).contains(Duration.ofSeconds(10));
        assertThat(existing(10, 0)).isEmpty();
    }

    @Test
    void doesNotAskWhetherAConversationExistsBelowThat() {
        assertThat(quota.take(ACME, KEY, 9, 1, () -> {
                    throw new AssertionError("the table is read");
                }))
                .isEmpty();
    }

    @Test
    void rejectsSettingsThatPermitNoDeletion() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DeletionSettings(0, 10, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DeletionSettings(1, 9, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DeletionSettings(1, 10, Duration.ZERO));
    }

    private Optional<Duration> existing(int remembered, int ofTenant) {
        return quota.take(ACME, KEY, remembered, ofTenant, () -> true);
    }
}
