package dev.parley.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyIssued.PreviousSecret;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.testing.Events;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.threeten.extra.MutableClock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class IssuedKeysTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final KeyLimits ONE_REQUEST = Events.limits(limits -> limits.requestsPerMinute = Optional.of(1L));

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-24T09:00:00Z"), ZoneOffset.UTC);
    private final KeyIssuer issuer = new KeyIssuer(clock);
    private final IssuedKeys keys = new IssuedKeys(OnDisconnect.GRACE, clock);

    @Test
    void findsAKeyByItsSecretOnly() {
        var issued = issuer.create(
                ACME,
                new KeySettings(
                        "web",
                        KeyLimits.NONE,
                        Optional.of(OnDisconnect.CONTINUE),
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        keys.apply(issued.event());

        assertThat(holder(issued.secret()))
                .contains(new Caller(
                        ACME,
                        "web",
                        OnDisconnect.CONTINUE,
                        Optional.of(issued.event().key()),
                        KeyLimits.NONE,
                        Set.of(),
                        SimilarMode.OFF,
                        Optional.empty()));
        assertThat(holder(issued.event().sha256())).isEmpty();
        assertThat(issued.secret()).hasSizeGreaterThan(43);
        assertThat(issued.toString()).doesNotContain(issued.secret());
        assertThat(issued.event().toString()).doesNotContain(issued.secret());
    }

    @Test
    void theOldSecretStaysValidForTheOverlap() {
        var first = issuer.create(ACME, SampleSettings.named("web"));
        keys.apply(first.event());
        var second = issuer.rotate(first.event(), Duration.ofHours(1));
        keys.apply(second.event());

        assertThat(holder(first.secret())).isPresent();
        assertThat(holder(second.secret())).isPresent();
        clock.add(Duration.ofHours(1));
        assertThat(holder(first.secret())).isEmpty();
        assertThat(holder(second.secret())).isPresent();
    }

    @Test
    void withoutAnOverlapTheOldSecretIsInvalidAtOnce() {
        var first = issuer.create(ACME, SampleSettings.named("web"));
        keys.apply(first.event());
        keys.apply(issuer.rotate(first.event(), Duration.ZERO).event());

        assertThat(holder(first.secret())).isEmpty();
    }

    /** A rotation may be on the log although its response was 503: its secret is lost, and clients have the one before. */
    @Test
    void aRepeatedRotationKeepsTheSecretsThatAreInTheirOverlap() {
        var first = issuer.create(ACME, SampleSettings.named("web"));
        var second = issuer.rotate(first.event(), Duration.ofHours(1));
        clock.add(Duration.ofMinutes(10));
        var third = issuer.rotate(second.event(), Duration.ofHours(1));
        keys.apply(first.event());
        keys.apply(second.event());
        keys.apply(third.event());
        keys.apply(issuer.change(third.event(), SampleSettings.named("phone")));

        assertThat(holder(first.secret())).isPresent();
        assertThat(holder(second.secret())).isPresent();
        clock.add(Duration.ofMinutes(50));
        assertThat(holder(first.secret())).isEmpty();
        assertThat(holder(second.secret())).isPresent();
        clock.add(Duration.ofMinutes(10));
        assertThat(holder(second.secret())).isEmpty();
        assertThat(holder(third.secret())).isPresent();
    }

    @Test
    void aShorterOverlapAppliesToAllReplacedSecrets() {
        var first = issuer.create(ACME, SampleSettings.named("web"));
        var second = issuer.rotate(first.event(), Duration.ofDays(30));
        var third = issuer.rotate(second.event(), Duration.ofHours(1));
        keys.apply(first.event());
        keys.apply(second.event());
        keys.apply(third.event());

        assertThat(holder(first.secret())).isPresent();
        clock.add(Duration.ofHours(1));
        assertThat(holder(first.secret())).isEmpty();

        var fourth = issuer.rotate(third.event(), Duration.ofHours(1));
        keys.apply(fourth.event());
        var fifth = issuer.rotate(fourth.event(), Duration.ZERO);
        keys.apply(fifth.event());
        assertThat(holder(third.secret())).isEmpty();
        assertThat(holder(fourth.secret())).isEmpty();
        assertThat(holder(fifth.secret())).isPresent();
    }

    @Test
    void boundsTheValidSecretsOfAKey() {
        KeyIssued key = issuer.create(ACME, SampleSettings.named("web")).event();
        for (int secrets = 1; secrets < KeyIssuer.SECRETS_MAX; secrets++) {
            key = issuer.rotate(key, Duration.ofHours(1)).event();
        }
        KeyIssued full = key;
        assertThatThrownBy(() -> issuer.checkRotation(full, Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        // As after a rotation at another gateway at the same time, which has begun with seven.
        assertThat(issuer.rotate(full, Duration.ofHours(1)).event().replaced())
                .hasSize(KeyIssuer.SECRETS_MAX - 1)
                .first()
                .extracting(PreviousSecret::sha256)
                .isEqualTo(full.sha256());
        assertThat(issuer.checkRotation(full, Duration.ZERO)).isSameAs(full);
        assertThat(issuer.rotate(full, Duration.ZERO).event().replaced()).isEmpty();
        clock.add(Duration.ofHours(1));
        assertThat(issuer.rotate(full, Duration.ofHours(1)).event().replaced()).hasSize(1);
    }

    /** During an upgrade, and after it was rolled back. */
    @Test
    void changesKeepSettingsThatOnlyALaterReleaseKnows() {
        KeyIssued key = issuer.create(ACME, SampleSettings.named("web")).event();
        ObjectNode later = ((ObjectNode) json(key)).put("paused", true);
        KeyIssued read = read(key, later);
        assertThat(json(issuer.change(read, SampleSettings.named("phone"))))
                .isEqualTo(later.put("name", "phone").put("version", 2));
        assertThat(json(issuer.rotate(read, Duration.ofHours(1)).event()).path("paused"))
                .isEqualTo(later.path("paused"));
    }

    @Test
    void changesKeepMembersOfReplacedSecretsThatOnlyALaterReleaseKnows() {
        KeyIssued key = issuer.create(ACME, SampleSettings.named("web")).event();
        for (int i = 0; i < 2; i++) {
            key = issuer.rotate(key, Duration.ofHours(2)).event();
        }
        ObjectNode later = (ObjectNode) json(key);
        ((ObjectNode) later.path("previous")).put("place", "newer");
        ((ObjectNode) later.at("/earlier/0")).put("place", "older");
        KeyIssued read = read(key, later);
        assertThat(json(issuer.change(read, SampleSettings.named("phone"))))
                .isEqualTo(later.put("name", "phone").put("version", 4));
        JsonNode rotated = json(issuer.rotate(read, Duration.ofHours(1)).event());
        assertThat(rotated.path("previous").has("place")).isFalse();
        assertThat(rotated.at("/earlier/0/place")).isEqualTo(later.at("/previous/place"));
        assertThat(rotated.at("/earlier/1/place")).isEqualTo(later.at("/earlier/0/place"));
    }

    /** A key as it is read if a gateway of a later release has written it so. */
    private static KeyIssued read(KeyIssued key, ObjectNode written) {
        return (KeyIssued) KeyCodec.decode(KeyCodec.encode(key).headers(), TurnCodec.MAPPER.writeValueAsBytes(written))
                .orElseThrow();
    }

    private static JsonNode json(KeyIssued key) {
        return TurnCodec.MAPPER.readTree(KeyCodec.encode(key).value());
    }

    @Test
    void aRevokedKeyStaysRevokedAfterLaterEvents() {
        var issued = issuer.create(ACME, SampleSettings.named("web"));
        keys.apply(issued.event());
        keys.apply(issuer.revoke(issued.event()));
        var late = issuer.rotate(issued.event(), Duration.ofHours(1));
        keys.apply(late.event());

        assertThat(holder(issued.secret())).isEmpty();
        assertThat(holder(late.secret())).isEmpty();
        assertThat(keys.valid(issued.event().key())).isEmpty();
    }

    @Test
    void applyingAnEventTwiceChangesNothing() {
        var issued = issuer.create(ACME, SampleSettings.named("web"));
        keys.apply(issued.event());
        keys.apply(issued.event());

        assertThat(holder(issued.secret())).isPresent();
        assertThat(keys.all()).containsExactly(issued.event());
    }

    @Test
    void anEventThatCameTooLateChangesNothing() {
        var issued = issuer.create(ACME, SampleSettings.named("web"));
        var first = issuer.rotate(issued.event(), Duration.ZERO);
        var late = issuer.rotate(issued.event(), Duration.ZERO);
        keys.apply(issued.event());
        keys.apply(first.event());
        keys.apply(late.event());

        assertThat(holder(first.secret())).isPresent();
        assertThat(holder(late.secret())).isEmpty();
        assertThat(keys.overwritten()).as("before all is read").isEmpty();
        keys.completed();
        assertThat(keys.overwritten()).containsExactly(first.event());
        keys.apply(issuer.change(first.event(), SampleSettings.named("phone")));
        assertThat(keys.overwritten()).isEmpty();
    }

    @Test
    void completesWithTheReplacedEventWhenAnEventIsApplied() {
        KeyIssued event = issuer.create(ACME, SampleSettings.named("web")).event();
        var applied = keys.applied(event);
        assertThat(applied).isNotDone();
        keys.apply(event);
        assertThat(applied).isCompletedWithValue(Optional.empty());
        KeyIssued changed = issuer.change(event, SampleSettings.named("phone"));
        var appliedToo = keys.applied(changed);
        keys.apply(changed);
        assertThat(appliedToo).isCompletedWithValue(Optional.of(event));
    }

    @Test
    void aChangedKeyKeepsItsSecret() {
        var issued = issuer.create(ACME, SampleSettings.named("web"));
        keys.apply(issued.event());
        keys.apply(issuer.change(
                issued.event(),
                new KeySettings(
                        "phone",
                        ONE_REQUEST,
                        Optional.of(OnDisconnect.CANCEL),
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));

        assertThat(holder(issued.secret()))
                .contains(new Caller(
                        ACME,
                        "phone",
                        OnDisconnect.CANCEL,
                        Optional.of(issued.event().key()),
                        ONE_REQUEST,
                        Set.of(),
                        SimilarMode.OFF,
                        Optional.empty()));
    }

    @Test
    void findsTheFirstKeyAlsoIfItWasRevoked() {
        assertThat(keys.firstIssued()).isNotDone();
        var issued = issuer.create(ACME, SampleSettings.named("phone")).event();
        keys.apply(issuer.revoke(issued));
        assertThat(keys.firstIssued()).isCompleted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "12345678901234567890123456789012345678901234567890123456789012345"})
    void rejectsInvalidNames(String name) {
        assertThatThrownBy(() -> issuer.create(ACME, SampleSettings.named(name)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExpiredKeyIsRefusedWithAllItsSecrets() {
        Instant end = clock.instant().plus(Duration.ofDays(2));
        var first = issuer.create(ACME, SampleSettings.until(Optional.of(end)));
        var second = issuer.rotate(first.event(), Duration.ofDays(7));
        keys.apply(first.event());
        keys.apply(second.event());

        clock.add(Duration.ofDays(2).minusMillis(1));
        assertThat(holder(first.secret())).isPresent();
        assertThat(holder(second.secret())).isPresent();
        clock.add(Duration.ofMillis(1));
        assertThat(found(first.secret())).isEqualTo(new KeyLookup.Expired(end));
        assertThat(found(second.secret())).isEqualTo(new KeyLookup.Expired(end));
        assertThat(keys.valid(first.event().key())).contains(second.event());
    }

    @Test
    void anExpiredKeyIsValidAgainOnceItIsExtended() {
        var issued = issuer.create(
                ACME, SampleSettings.until(Optional.of(clock.instant().plus(Duration.ofDays(2)))));
        keys.apply(issued.event());
        clock.add(Duration.ofDays(3));
        keys.apply(issuer.change(issued.event(), SampleSettings.named("web")));
        assertThat(holder(issued.secret())).isPresent();
    }

    @Test
    void aRevokedKeyIsUnknownAlsoAfterItsExpiry() {
        var issued = issuer.create(
                ACME, SampleSettings.until(Optional.of(clock.instant().plus(Duration.ofDays(2)))));
        keys.apply(issued.event());
        keys.apply(issuer.revoke(issued.event()));
        clock.add(Duration.ofDays(3));
        assertThat(found(issued.secret())).isEqualTo(new KeyLookup.NotReadYet());
        keys.completed();
        assertThat(found(issued.secret())).isEqualTo(new KeyLookup.Unknown());
    }

    @Test
    void hasEndedWhatWasRevokedOrHasExpired() {
        KeyIssued lasting = issuer.create(ACME, SampleSettings.named("web")).event();
        KeyIssued revoked = issuer.create(ACME, SampleSettings.named("phone")).event();
        KeyIssued expiring = issuer.create(
                        ACME, SampleSettings.until(Optional.of(clock.instant().plus(Duration.ofDays(2)))))
                .event();
        List.of(lasting, revoked, expiring, issuer.revoke(revoked)).forEach(keys::apply);
        assertThat(keys.ended()).containsExactly(revoked.key());
        clock.add(Duration.ofDays(2));
        assertThat(keys.ended()).containsExactlyInAnyOrder(revoked.key(), expiring.key());
    }

    private KeyLookup found(String secret) {
        return keys.find(Sha256.of(secret));
    }

    private Optional<Caller> holder(String secret) {
        return found(secret) instanceof KeyLookup.Valid valid ? Optional.of(valid.caller()) : Optional.empty();
    }
}
