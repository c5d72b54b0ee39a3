package dev.parley.gateway.session;

import static java.util.function.Predicate.not;

import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyIssued.PreviousSecret;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.contracts.key.Mirror;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Creates keys of 256 random bits. A secret is shown once; only its hash is stored. */
public final class KeyIssuer {
    private static final int SECRET_BYTES = 32;
    private static final int NAME_MAX = 64;

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
    public Issued create(
            TenantId tenant,
            String name,
            KeyLimits limits,
            Optional<OnDisconnect> onDisconnect,
            Set<String> scopes,
            Optional<SimilarMode> similar,
            Optional<Instant> expiresAt,
            Optional<Mirror> mirror) {
        check(name);
        String secret = secret();
        Instant now = now();
        return new Issued(
                secret,
                new KeyIssued(
                        KeyId.next(clock),
                        tenant,
                        name,
                        Sha256.of(secret),
                        Optional.empty(),
                        limits,
                        onDisconnect.map(KeyIssuer::name),
                        scopes(scopes),
                        similar,
                        expiresAt,
                        mirror,
                        now,
                        now));
    }

    /** The same key and secret with other settings; {@link IllegalArgumentException} if the name is invalid. */
    public KeyIssued change(
            KeyIssued key,
            String name,
            KeyLimits limits,
            Optional<OnDisconnect> onDisconnect,
            Set<String> scopes,
            Optional<SimilarMode> similar,
            Optional<Instant> expiresAt,
            Optional<Mirror> mirror) {
        check(name);
        return new KeyIssued(
                key.key(),
                key.tenant(),
                name,
                key.sha256(),
                key.previous(),
                limits,
                onDisconnect.map(KeyIssuer::name),
                scopes(scopes),
                similar,
                expiresAt,
                mirror,
                key.createdAt(),
                now());
    }

    /** The same key with a new secret; the previous one stays valid for the overlap, at most until the key expires. */
    public Issued rotate(KeyIssued key, Duration overlap) {
        String secret = secret();
        Instant now = now();
        return new Issued(
                secret,
                new KeyIssued(
                        key.key(),
                        key.tenant(),
                        key.name(),
                        Sha256.of(secret),
                        Optional.of(overlap)
                                .filter(not(Duration::isZero))
                                .map(time -> new PreviousSecret(key.sha256(), now.plus(time))),
                        key.limits(),
                        key.onDisconnect(),
                        key.scopes(),
                        key.similar(),
                        key.expiresAt(),
                        key.mirror(),
                        key.createdAt(),
                        now));
    }

    public KeyRevoked revoke(KeyIssued key) {
        return new KeyRevoked(key.key(), key.tenant(), key.name(), now());
    }

    private static void check(String name) {
        if (name.isBlank() || name.length() > NAME_MAX || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a name has 1 to " + NAME_MAX + " characters");
        }
    }

    private static Optional<Set<String>> scopes(Set<String> scopes) {
        return Optional.of(scopes).filter(not(Set::isEmpty));
    }

    private static String name(OnDisconnect policy) {
        return policy.name().toLowerCase(Locale.ROOT);
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
