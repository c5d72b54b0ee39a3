package dev.parley.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.testing.Events;
import java.time.Instant;

/** Requests, answers and turns for tests, with random ids and fixed values elsewhere. */
public final class ExampleTurns {
    private ExampleTurns() {}

    public static ChatRequested requested(Fingerprint fingerprint, CachePolicy policy) {
        return Events.requested(request -> {
            request.fingerprint = fingerprint;
            request.cachePolicy = policy;
        });
    }

    public static String message(String text, String stopReason) {
        return "{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}],\"stop_reason\":\"" + stopReason + "\"}";
    }

    public static byte[] frames(String text) {
        return ("event: content_block_delta\ndata: {\"text\":\"" + text + "\"}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
                .getBytes(UTF_8);
    }

    /** A completed turn with an answer. */
    public static ChatCompleted turn(
            ChatRequested requested, CacheVerdict verdict, String text, String stopReason, Instant endedAt) {
        return new ChatCompleted(
                facts(requested, verdict, endedAt), TurnCodec.MAPPER.readTree(message(text, stopReason)));
    }

    public static TurnFacts facts(ChatRequested requested, CacheVerdict verdict, Instant endedAt) {
        return Events.facts(facts -> {
            facts.generation = requested.generation();
            facts.conversation = requested.conversation();
            facts.fingerprint = requested.fingerprint();
            facts.cachePolicy = requested.cachePolicy();
            facts.cache = verdict;
            facts.endedAt = endedAt;
        });
    }
}
