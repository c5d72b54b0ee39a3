package dev.parley.gateway.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Predicate.not;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyIssued.PreviousSecret;
import dev.parley.contracts.key.KeyRevoked;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Creates keys of 256 random bits. A secret is shown once; only its hash is stored. */
public final class KeyIssuer {
    private static final int SECRET_BYTES = 32;
    private static final int NAME_MAX = 64;

    /** The valid secrets of a key, most of them of rotations that were repeated. */
    static final int SECRETS_MAX = 8;

    /** A key with its secret, for the response of the request that created it only. */
    public record Issued(String secret, KeyIssued event) {
        /** Omits the secret. */
        @Override
        public String toString() {
            return "Issued[" + event.key() + "]";
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    public KeyIssuer(Clock clock) {
        this.clock = clock;
    }

    /** Creates a key, or throws an {@link IllegalArgumentException} if the name is invalid. */
    public Issued create(TenantId tenant, KeySettings settings) {
        String secret = secret();
        Instant now = now();
        return new Issued(
                secret,
                event(KeyId.next(clock), tenant, settings, Sha256.of(secret), List.of(), 1, now, now, Map.of()));
    }

    /** The same key and secret with other settings; {@link IllegalArgumentException} if the name is invalid. */
    public KeyIssued change(KeyIssued key, KeySettings settings) {
        return next(key, settings, key.sha256(), key.replaced().toList(), now());
    }

    /**
     * The same key with a new secret. The present one stays valid for the overlap; those that were replaced before, as long as they
     * would have been, but no longer than the overlap. So a rotation whose response was lost can be repeated. Beyond
     * {@link #SECRETS_MAX} the oldest ones end, as after concurrent rotations: see {@link #checkRotation}.
     */
    public Issued rotate(KeyIssued key, Duration overlap) {
        String secret = secret();
        Instant now = now();
        List<PreviousSecret> replaced =
                replaced(key, overlap, now).limit(SECRETS_MAX - 1).toList();
        return new Issued(secret, next(key, KeySettings.of(key), Sha256.of(secret), replaced, now));
    }

    private static KeyIssued next(
            KeyIssued key, KeySettings settings, String sha256, List<PreviousSecret> replaced, Instant now) {
        return event(
                key.key(),
                key.tenant(),
                settings,
                sha256,
                replaced,
                key.versionOrZero() + 1,
                key.createdAt(),
                now,
                key.others());
    }

    /** The key; {@link IllegalArgumentException} if more than {@link #SECRETS_MAX} secrets would be valid after its rotation. */
    public KeyIssued checkRotation(KeyIssued key, Duration overlap) {
        if (replaced(key, overlap, now()).count() >= SECRETS_MAX) {
            throw new IllegalArgumentException("it has " + SECRETS_MAX
                    + " valid secrets: rotate it without an overlap, or when an overlap has ended");
        }
        return key;
    }

    private static Stream<PreviousSecret> replaced(KeyIssued key, Duration overlap, Instant now) {
        Instant end = now.plus(overlap);
        return Stream.concat(
                        Stream.of(new PreviousSecret(key.sha256(), end, Map.of())),
                        key.replaced()
                                .map(old -> old.until().isBefore(end)
                                        ? old
                                        : new PreviousSecret(old.sha256(), end, old.others())))
                .filter(old -> now.isBefore(old.until()));
    }

    private static KeyIssued event(
            KeyId key,
            TenantId tenant,
            KeySettings settings,
            String sha256,
            List<PreviousSecret> replaced,
            long version,
            Instant createdAt,
            Instant now,
            Map<String, JsonNode> others) {
        check(settings.name());
        return new KeyIssued(
                key,
                tenant,
                settings.name(),
                sha256,
                replaced.stream().findFirst(),
                Optional.of(replaced.stream().skip(1).toList()).filter(not(List::isEmpty)),
                settings.limits(),
                settings.onDisconnect().map(OnDisconnect::text),
                Optional.of(settings.scopes()).filter(not(Set::isEmpty)),
                settings.similar(),
                settings.similarCosineMin(),
                settings.expiresAt(),
                settings.mirror(),
                Optional.of(version),
                createdAt,
                now,
                others);
    }

    public KeyRevoked revoke(KeyIssued key) {
        return new KeyRevoked(key.key(), key.tenant(), key.name(), now());
    }

    private static void check(String name) {
        if (name.isBlank()
                || name.length() > NAME_MAX
                || name.chars().anyMatch(Character::isISOControl)
                || !UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("a name has 1 to " + NAME_MAX + " characters");
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "parley-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
