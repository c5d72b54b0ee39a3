package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An audit event for a change of an API key; gateways ignore it. Written before the change, under a record key of its own,
 * so that compaction keeps it. It contains neither a secret nor a hash of one.
 *
 * @param name the display name of the key after the change
 * @param actor the name of the admin key that was used; not the key itself
 * @param address the client address of the request, if available
 * @param request the id in the {@code request-id} of its response
 * @param limits the limits of the key after the change; empty if it was revoked
 * @param scopes the scopes of the key after the change; empty for none
 * @param mirror the mirroring of the key after the change; empty for none
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
        Optional<Set<String>> scopes,
        Optional<Mirror> mirror,
        Instant at) {
    /** The kind of change. */
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

    /** The audit event for a key event. */
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
                event instanceof KeyIssued issued ? issued.scopes() : Optional.empty(),
                event instanceof KeyIssued issued ? issued.mirror() : Optional.empty(),
                event.at());
    }
}
