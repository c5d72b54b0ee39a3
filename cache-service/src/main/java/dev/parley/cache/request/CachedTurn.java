package dev.parley.cache.request;

import static dev.parley.contracts.event.StageTimings.millis;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.cache.answer.Answer;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.json.RawJson;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The turn of a request that a kept answer served: no attempt, no tokens, no cost. */
public final class CachedTurn {
    private CachedTurn() {}

    /**
     * Makes the event.
     *
     * @param decidedAt when the answer had been found
     * @param endedAt when its last piece was on the log
     * @throws tools.jackson.core.JacksonException if the message is no JSON
     */
    public static ChatCompleted of(ChatRequested requested, Answer answer, Instant decidedAt, Instant endedAt) {
        TurnFacts facts = new TurnFacts(
                requested.generation(),
                requested.conversation(),
                requested.tenant(),
                requested.user(),
                requested.key(),
                requested.model(),
                requested.fingerprint(),
                requested.cachePolicy(),
                CacheVerdict.EXACT,
                RawJson.of(requested.request()).orElseGet(() -> RawJson.ofText(new String(requested.request(), UTF_8))),
                Usage.NONE,
                BigDecimal.ZERO,
                List.of(),
                new StageTimings(
                        between(requested.receivedAt(), requested.publishedAt()),
                        between(requested.publishedAt(), decidedAt),
                        0,
                        0,
                        0,
                        between(requested.receivedAt(), endedAt)),
                requested.receivedAt(),
                endedAt,
                requested.traceparent());
        return new ChatCompleted(facts, TurnCodec.MAPPER.readTree(answer.message()));
    }

    /** Not below zero: the instants come from the clocks of two machines. */
    private static double between(Instant start, Instant end) {
        return Math.max(0, millis(Duration.between(start, end)));
    }
}
