package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * A client asked something. The facts travel as CloudEvents attributes, so that routing needs no JSON parser; the
 * record's value is the request as Claude will get it.
 *
 * @param user who asks within the tenant: {@code metadata.user_id} of the request, else Open WebUI's user, else the name
 *     of the key
 * @param key the API key that was used; empty for one that is configured in the gateway
 * @param streaming whether the client wants events; the request itself always asks Claude for a stream
 * @param receivedAt when the gateway had read the request's headers
 * @param publishedAt when the gateway handed the event to Kafka
 * @param anthropicVersion the client's {@code anthropic-version}
 * @param anthropicBeta the client's {@code anthropic-beta}, empty if none
 * @param traceparent the W3C trace context this request belongs to
 * @param request a Messages API request in UTF-8 with {@code "stream": true}, at most 8 MiB; not to be modified
 */
public record ChatRequested(
        GenerationId generation,
        ConversationId conversation,
        TenantId tenant,
        String user,
        Optional<KeyId> key,
        String model,
        boolean streaming,
        Fingerprint fingerprint,
        CachePolicy cachePolicy,
        ReplyAddress reply,
        Instant receivedAt,
        Instant publishedAt,
        String anthropicVersion,
        String anthropicBeta,
        String traceparent,
        @SuppressWarnings("ArrayRecordComponent") byte[] request) {
    /** The same request with the time at which it is handed to Kafka. */
    public ChatRequested publishedAt(Instant time) {
        return new ChatRequested(
                generation,
                conversation,
                tenant,
                user,
                key,
                model,
                streaming,
                fingerprint,
                cachePolicy,
                reply,
                receivedAt,
                time,
                anthropicVersion,
                anthropicBeta,
                traceparent,
                request);
    }
}
