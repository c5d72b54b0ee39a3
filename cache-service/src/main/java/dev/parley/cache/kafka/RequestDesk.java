package dev.parley.cache.kafka;

import dev.parley.cache.answer.AnswerKey;
import dev.parley.cache.lookup.BoundedLookup;
import dev.parley.cache.request.RequestPolicy;
import dev.parley.cache.request.Treatment;
import dev.parley.cache.request.Treatment.Forward;
import dev.parley.cache.request.Treatment.LookUp;
import dev.parley.cache.request.Treatment.Replay;
import dev.parley.contracts.event.ChatRequested;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves requests: gives the kept answer, or passes the request on. Waits for the look-up, not for what it sends. */
public final class RequestDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDesk.class);

    private final Doubts doubts;
    private final TurnRecorders recorders;
    private final BoundedLookup lookup;
    private final AnswerReplay replay;
    private final InferencePublisher inference;
    private final RequestMeter meter;
    private final Clock clock;

    public RequestDesk(
            Doubts doubts,
            TurnRecorders recorders,
            BoundedLookup lookup,
            AnswerReplay replay,
            InferencePublisher inference,
            RequestMeter meter,
            Clock clock) {
        this.doubts = doubts;
        this.recorders = recorders;
        this.lookup = lookup;
        this.replay = replay;
        this.inference = inference;
        this.meter = meter;
        this.clock = clock;
    }

    /**
     * Serves a request, on the thread that polled it.
     *
     * @return when the broker has all that the request asks for; fails like {@link InferencePublisher#publish}
     */
    CompletableFuture<Void> serve(ChatRequested requested, Delivery delivery) throws InterruptedException {
        int partition = delivery.event().partition();
        Treatment treatment = RequestPolicy.decide(
                requested.cachePolicy(), doubts.about(delivery, requested), recorders.ready(partition));
        if (treatment instanceof LookUp) {
            AnswerKey key = new AnswerKey(requested.tenant(), requested.fingerprint());
            treatment = RequestPolicy.decide(lookup.find(key), doubts.about(delivery));
        }
        Instant decidedAt = clock.instant();
        return switch (treatment) {
            case Replay(var answer) ->
                replay.give(requested, answer, partition, decidedAt)
                        .thenRun(() -> meter.replayed(requested, decidedAt))
                        .exceptionallyCompose(failure -> passOnAfter(failure, requested, decidedAt));
            case Forward forward -> passOn(forward, requested, decidedAt);
            case LookUp _ -> throw new IllegalStateException("the cache was asked already");
        };
    }

    private CompletableFuture<Void> passOnAfter(Throwable failure, ChatRequested requested, Instant decidedAt) {
        try (LogContext _ = LogContext.of(requested.generation(), requested.traceparent())) {
            LOG.warn(
                    "A kept answer did not get through: {}",
                    RecordSender.cause(failure).toString());
        }
        return passOn(RequestPolicy.afterBrokenReplay(), requested, decidedAt);
    }

    private CompletableFuture<Void> passOn(Forward forward, ChatRequested requested, Instant decidedAt) {
        meter.forwarded(forward);
        return inference.publish(requested, forward, decidedAt);
    }
}
