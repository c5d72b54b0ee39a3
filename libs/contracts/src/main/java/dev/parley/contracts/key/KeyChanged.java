package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Who changed which key, for auditors: no gateway acts on it. Written before the change itself, under a key of its own, so
 * that compaction keeps it. It has no secret and no hash of one.
 *
 * @param name what people call the key after the change
 * @param actor names the admin key that was used; it is not the key
 * @param address where the request came from, where that is known
 * @param request the id that its response has in {@code request-id}
 * @param limits what the key may be used for after the change; empty if it was revoked
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record KeyChanged(
        KeyId key,
        TenantId tenant,
        String name,
        Change change,
        String actor,
        Optional<String> address,
        String request,
        Optional<KeyLimits> limits,
        Instant at) {
    /** What was done. */
    public enum Change {
        CREATED,
        UPDATED,
        ROTATED,
        REVOKED;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As an event says what became of a key. */
    public static KeyChanged of(KeyEvent event, Change change, String actor, Optional<String> address, String request) {
        return new KeyChanged(
                event.key(),
                event.tenant(),
                event.name(),
                change,
                actor,
                address,
                request,
                switch (event) {
                    case KeyIssued issued -> Optional.of(issued.limits());
                    case KeyRevoked _ -> Optional.empty();
                },
                event.at());
    }
}
