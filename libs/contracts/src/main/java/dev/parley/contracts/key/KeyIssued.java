package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The creation of an API key, or a change of its secret or its settings.
 *
 * @param sha256 the SHA-256 of the secret in UTF-8, in 64 lower-case hexadecimal digits; the secret itself is not stored
 * @param previous the replaced secret, if it is still valid for a while
 * @param earlier the secrets replaced before that one that are still valid for a while, the newest first; empty for none
 * @param onDisconnect {@code continue}, {@code cancel} or {@code grace}: what happens to an answer when its reader
 *     disconnects; empty for the default of the gateway
 * @param scopes what the key may do besides chatting: {@code publish}; empty for nothing
 * @param similar how readily answers to similar questions are reused; empty for never
 * @param similarCosineMin the least cosine of both questions; empty for that of the mode
 * @param expiresAt from when on all its secrets are refused; empty for never
 * @param mirror which share of the requests is also asked of a second model; empty for none
 * @param version one more than that of the state from which the event was made; empty in events of earlier releases
 * @param createdAt when the key got its first secret
 * @param at when the event happened
 * @param others members that only later releases know, as {@link PreviousSecret}, {@link KeyLimits} and {@link Mirror} have them
 *     too; a change keeps them, so that an earlier gateway removes no expiry or the like
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record KeyIssued(
        KeyId key,
        TenantId tenant,
        String name,
        String sha256,
        Optional<PreviousSecret> previous,
        Optional<List<PreviousSecret>> earlier,
        KeyLimits limits,
        Optional<String> onDisconnect,
        Optional<Set<String>> scopes,
        Optional<SimilarMode> similar,
        Optional<BigDecimal> similarCosineMin,
        Optional<Instant> expiresAt,
        Optional<Mirror> mirror,
        Optional<Long> version,
        Instant createdAt,
        Instant at,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
        implements KeyEvent {
    /** The scope of a key that may publish answers. */
    public static final String PUBLISH = "publish";

    public KeyIssued {
        others = Map.copyOf(others);
    }

    /** Whether the key is refused at this time because it has expired. */
    public boolean hasExpired(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }

    public long versionOrZero() {
        return version.orElse(0L);
    }

    public KeyIssued withVersion(Optional<Long> other) {
        return new KeyIssued(
                key,
                tenant,
                name,
                sha256,
                previous,
                earlier,
                limits,
                onDisconnect,
                scopes,
                similar,
                similarCosineMin,
                expiresAt,
                mirror,
                other,
                createdAt,
                at,
                others);
    }

    /** The replaced secrets, the newest first; some may be invalid by now. */
    public Stream<PreviousSecret> replaced() {
        return Stream.concat(previous.stream(), earlier.stream().flatMap(List::stream));
    }

    /**
     * A replaced secret, and when it becomes invalid.
     *
     * @param others members that only later releases know, as in {@link KeyIssued}
     */
    public record PreviousSecret(
            String sha256,
            Instant until,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public PreviousSecret {
            others = Map.copyOf(others);
        }
    }
}
