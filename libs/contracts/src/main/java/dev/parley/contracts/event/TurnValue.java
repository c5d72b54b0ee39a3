package dev.parley.contracts.event;

import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The JSON object of all turn events. Turns are decoded through it, because Jackson reads {@code @JsonUnwrapped} properties
 * from a copy of all tokens, which takes many times the memory of a request.
 */
record TurnValue(
        GenerationId generation,
        ConversationId conversation,
        TenantId tenant,
        String user,
        Optional<KeyId> key,
        String model,
        Optional<Selection> selection,
        Optional<GenerationId> escalates,
        Fingerprint fingerprint,
        CachePolicy cachePolicy,
        CacheVerdict cache,
        Optional<SimilarCheck> similar,
        RawJson request,
        Usage usage,
        Optional<BigDecimal> costUsd,
        List<Attempt> attempts,
        StageTimings timings,
        Instant receivedAt,
        Instant endedAt,
        String traceparent,
        JsonNode message,
        Optional<Failure> error) {
    ChatCompleted completed() {
        return new ChatCompleted(facts(), message);
    }

    ChatFailed failed() {
        return new ChatFailed(
                facts(), message, error.orElseThrow(() -> new MalformedEventException("a failed turn has no error")));
    }

    ChatCancelled cancelled() {
        return new ChatCancelled(facts(), message);
    }

    private TurnFacts facts() {
        if (!Stream.concat(Stream.of(receivedAt, endedAt), attempts.stream().map(Attempt::startedAt))
                .allMatch(EventHeaders::isInRange)) {
            throw new MalformedEventException("a time of the turn is not from 1970 to 9999");
        }
        return new TurnFacts(
                generation,
                conversation,
                tenant,
                user,
                key,
                model,
                selection,
                escalates,
                fingerprint,
                cachePolicy,
                cache,
                similar,
                request,
                usage,
                costUsd,
                attempts,
                timings,
                receivedAt,
                endedAt,
                traceparent);
    }
}
