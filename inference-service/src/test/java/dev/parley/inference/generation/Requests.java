package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Requests for tests, for the model {@code claude-x}. */
public final class Requests {
    public static final TenantId TENANT = new TenantId("t");

    private Requests() {}

    /** A request with a body. */
    static ChatRequested asking(String body) {
        return asking(body, Instant.EPOCH);
    }

    /** A request published at a time. */
    public static ChatRequested asking(String body, Instant publishedAt) {
        return asking(GenerationId.unsigned(Clock.systemUTC(), 0), body, publishedAt);
    }

    /** A request with a cache policy. */
    public static ChatRequested asking(String body, Instant publishedAt, CachePolicy policy) {
        return asking(GenerationId.unsigned(Clock.systemUTC(), 0), body, publishedAt, policy);
    }

    /** A request of a conversation. */
    public static ChatRequested asking(ConversationId conversation, String body) {
        return asking(GenerationId.unsigned(Clock.systemUTC(), 0), conversation, body, Instant.EPOCH, CachePolicy.USE);
    }

    /** A request that starts a generation. */
    public static ChatRequested asking(GenerationId generation, String body, Instant publishedAt) {
        return asking(generation, body, publishedAt, CachePolicy.USE);
    }

    private static ChatRequested asking(GenerationId generation, String body, Instant publishedAt, CachePolicy policy) {
        return asking(generation, new ConversationId("c"), body, publishedAt, policy);
    }

    private static ChatRequested asking(
            GenerationId generation,
            ConversationId conversation,
            String body,
            Instant publishedAt,
            CachePolicy policy) {
        return asking(generation, conversation, "claude-x", Optional.empty(), body, publishedAt, policy);
    }

    /** A request of a key that has no other, which is not coalesced with others. */
    public static ChatRequested ofANewKey() {
        return asking(
                "claude-x", Optional.of(KeyId.next(Clock.systemUTC())), CachePolicy.NO_CACHE, "{\"messages\":[]}");
    }

    /** A request for a model or an alias. */
    public static ChatRequested asking(String model, Optional<KeyId> key, CachePolicy policy, String body) {
        return asking(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                new ConversationId("c"),
                model,
                key,
                body,
                Instant.EPOCH,
                policy);
    }

    private static ChatRequested asking(
            GenerationId generation,
            ConversationId conversation,
            String model,
            Optional<KeyId> key,
            String body,
            Instant publishedAt,
            CachePolicy policy) {
        return Events.requested(request -> {
            request.generation = generation;
            request.conversation = conversation;
            request.tenant = TENANT;
            request.user = "u";
            request.key = key;
            request.model = model;
            request.cachePolicy = policy;
            request.receivedAt = publishedAt;
            request.publishedAt = publishedAt;
            request.request = body.getBytes(UTF_8);
        });
    }
}
