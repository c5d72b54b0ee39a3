package dev.parley.contracts.event;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.model.PermittedModels;
import java.time.Instant;
import java.util.Optional;

/**
 * A client's chat request. Its facts are CloudEvents attributes, so that routing needs no JSON parser; the record's value is
 * the request that is sent to Claude.
 *
 * @param user the user within the tenant: {@code metadata.user_id} of the request, else Open WebUI's user, else the name of
 *     the key; at most {@link #USER_BYTES_MAX} bytes
 * @param key the API key that was used; empty for a key from the gateway's configuration
 * @param permittedModels those that the key may use, at most 64 KB of prefixes: no other model answers in place of the requested
 *     one
 * @param streaming whether the client receives server-sent events; the request to Claude asks for a stream in any case
 * @param similar the question, if its key permits the answer to a similar one
 * @param escalates an earlier answer of the conversation that did not suffice: the stronger model of the alias answers
 * @param receivedAt when the gateway had read the request's headers
 * @param publishedAt when the gateway handed the event to Kafka
 * @param anthropicVersion the client's {@code anthropic-version}
 * @param anthropicBeta the client's {@code anthropic-beta}, empty if none
 * @param traceparent the W3C trace context of the request
 * @param request a Messages API request in UTF-8 with {@code "stream": true}, at most 8 MiB; not to be modified
 */
public record ChatRequested(
        GenerationId generation,
        ConversationId conversation,
        TenantId tenant,
        String user,
        Optional<KeyId> key,
        String model,
        PermittedModels permittedModels,
        boolean streaming,
        Fingerprint fingerprint,
        CachePolicy cachePolicy,
        Optional<SimilarQuestion> similar,
        Optional<GenerationId> escalates,
        ReplyAddress reply,
        Instant receivedAt,
        Instant publishedAt,
        String anthropicVersion,
        String anthropicBeta,
        String traceparent,
        @SuppressWarnings("ArrayRecordComponent") byte[] request) {
    /** The longest name of a user, in bytes: it is a part of a key in DynamoDB, which may have 2,048. */
    public static final int USER_BYTES_MAX = 1_024;

    /** Whose share of a replica the request takes: its key, or for a configured key the tenant. */
    public String keyOrTenant() {
        return key.map(KeyId::value).orElse(tenant.value());
    }
}
