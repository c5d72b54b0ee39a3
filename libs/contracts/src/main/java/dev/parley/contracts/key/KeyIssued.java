package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * A key was made, got a new secret, or may be used otherwise from now on.
 *
 * @param sha256 of the secret in UTF-8, in 64 lower-case hexadecimal digits; the secret itself is nowhere
 * @param previous the secret before, if it is still good for a while
 * @param onDisconnect {@code continue}, {@code cancel} or {@code grace}: what becomes of an answer when its reader goes;
 *     empty for what the gateway does by default
 * @param createdAt when the key got its first secret
 * @param at when this was so
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record KeyIssued(
        KeyId key,
        TenantId tenant,
        String name,
        String sha256,
        Optional<PreviousSecret> previous,
        KeyLimits limits,
        Optional<String> onDisconnect,
        Instant createdAt,
        Instant at)
        implements KeyEvent {
    /**
     * A secret that was replaced.
     *
     * @param until when it stops being good
     */
    public record PreviousSecret(String sha256, Instant until) {}
}
