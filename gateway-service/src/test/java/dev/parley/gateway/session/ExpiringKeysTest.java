package dev.parley.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class ExpiringKeysTest {
    private static final TenantId ACME = new TenantId("acme");

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-24T09:00:00Z"), ZoneOffset.UTC);
    private final KeyIssuer issuer = new KeyIssuer(clock);
    private final IssuedKeys keys = new IssuedKeys(OnDisconnect.GRACE, clock);

    @Test
    void countsAKeyFromTwoWeeksBeforeItsEnd() {
        issue(Optional.of(Duration.ofDays(30)));
        issue(Optional.empty());
        assertThat(keys.expiring()).isZero();
        clock.add(Duration.ofDays(16).minusMillis(1));
        assertThat(keys.expiring()).isZero();
        clock.add(Duration.ofMillis(1));
        assertThat(keys.expiring()).isOne();
        clock.add(Duration.ofDays(14).minusMillis(1));
        assertThat(keys.expiring()).isOne();
        clock.add(Duration.ofMillis(1));
        assertThat(keys.expiring()).as("it has expired").isZero();
    }

    @Test
    void doesNotCountKeysForAShortTime() {
        issue(Optional.of(Duration.ofDays(14)));
        assertThat(keys.expiring()).isZero();
    }

    @Test
    void doesNotCountARevokedOrExtendedKey() {
        KeyIssued revoked = issue(Optional.of(Duration.ofDays(20)));
        KeyIssued extended = issue(Optional.of(Duration.ofDays(20)));
        clock.add(Duration.ofDays(10));
        assertThat(keys.expiring()).isEqualTo(2);
        keys.apply(issuer.revoke(revoked));
        keys.apply(issuer.change(
                extended, SampleSettings.until(Optional.of(clock.instant().plus(Duration.ofDays(365))))));
        assertThat(keys.expiring()).isZero();
    }

    private KeyIssued issue(Optional<Duration> life) {
        KeyIssued key = issuer.create(ACME, SampleSettings.until(life.map(clock.instant()::plus)))
                .event();
        keys.apply(key);
        return key;
    }
}
