package dev.parley.contracts.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.TextEnum;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An audit event for a change of an API key; gateways ignore it. Written before the change, and after it again with
 * its result, under a record key of the request, so that compaction keeps the second one. It contains neither a secret nor a
 * hash of one.
 *
 * @param name the display name of the key after the change
 * @param actor the name of the administrator; not the key
 * @param address the client address of the request, if available
 * @param request the id in the {@code request-id} of its response
 * @param result empty before the change
 * @param limits the limits of the key after the change; empty if it was revoked
 * @param onDisconnect what happens to its answers after a disconnect; empty for the default of the gateway
 * @param scopes the scopes of the key after the change; empty for none
 * @param similar how readily answers to similar questions are reused after the change; empty for never
 * @param similarCosineMin the least cosine of both questions after the change; empty for that of the mode
 * @param expiresAt when the key expires after the change; empty for never
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
        Optional<Result> result,
        Optional<KeyLimits> limits,
        Optional<String> onDisconnect,
        Optional<Set<String>> scopes,
        Optional<SimilarMode> similar,
        Optional<BigDecimal> similarCosineMin,
        Optional<Instant> expiresAt,
        Optional<Mirror> mirror,
        Instant at) {
    public enum Change implements TextEnum {
        CREATED,
        UPDATED,
        ROTATED,
        REVOKED
    }

    public enum Result implements TextEnum {
        APPLIED,
        /**
         * Not applied: the key was revoked at the same moment, or changes of other gateways came first each time, or made this
         * one invalid.
         */
        UNDONE
    }

    public static KeyChanged of(
            KeyEvent event,
            Change change,
            String actor,
            Optional<String> address,
            String request,
            Optional<Result> result) {
        Optional<KeyIssued> after = event instanceof KeyIssued issued ? Optional.of(issued) : Optional.empty();
        return new KeyChanged(
                event.key(),
                event.tenant(),
                event.name(),
                change,
                actor,
                address,
                request,
                result,
                after.map(KeyIssued::limits),
                after.flatMap(KeyIssued::onDisconnect),
                after.flatMap(KeyIssued::scopes),
                after.flatMap(KeyIssued::similar),
                after.flatMap(KeyIssued::similarCosineMin),
                after.flatMap(KeyIssued::expiresAt),
                after.flatMap(KeyIssued::mirror),
                event.at());
    }
}
