package dev.parley.inference.kafka;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.JudgedAnswer;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.kafka.SharedStreams.Led;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one call to Claude for identical requests in flight: the later ones follow the stream of the first. The stream of a
 * conversation that has been deleted is not followed.
 */
final class RequestCoalescing {
    private static final Logger LOG = LoggerFactory.getLogger(RequestCoalescing.class);

    private final GenerationRunner runner;
    private final SharedStreams streams;
    private final Supplier<Deletions> deletions;

    /** The supplier of the deletions that have to be known at the call may block, so it is called on the thread of the generation. */
    RequestCoalescing(GenerationRunner runner, SharedStreams streams, Supplier<Deletions> deletions) {
        this.runner = runner;
        this.streams = streams;
        this.deletions = deletions;
    }

    /** Follows the stream of an identical request if there is one; else starts a stream that others can follow. */
    GenerationTask taskOf(RoutedRequest request) {
        GenerationTask alone = (sink, cancellation) -> runner.run(request, sink, cancellation);
        if (request.requested().cachePolicy() != CachePolicy.USE) {
            return alone;
        }
        return streams.joinOrLead(
                request.requested(), led -> following(request, alone, led), led -> leading(request, led));
    }

    /**
     * As {@link #taskOf(RoutedRequest)}, for a request that a stored answer may serve if a judge permits it. Others do not follow it:
     * they may forbid the answer to a similar question, and have to say whose it is.
     */
    GenerationTask taskOf(RoutedRequest request, JudgedAnswer stored) {
        GenerationTask alone = (sink, cancellation) -> runner.hedge(request, stored, sink, cancellation);
        return streams.join(request.requested())
                .map(led -> following(request, alone, led))
                .orElse(alone);
    }

    private GenerationTask leading(RoutedRequest request, Led led) {
        return (sink, cancellation) -> {
            byte[] cached = {};
            try {
                FinishedTurn finished = runner.lead(request, led.stream(), sink, cancellation);
                if (finished.turn() instanceof ChatCompleted whole && whole.endedWell()) {
                    cached = finished.gzippedFrames();
                }
                return finished;
            } finally {
                streams.end(led, cached);
            }
        };
    }

    private GenerationTask following(RoutedRequest request, GenerationTask alone, Led led) {
        return (sink, cancellation) -> {
            try {
                if (!isDeleted(led)) {
                    return runner.follow(request, led.stream(), sink, cancellation);
                }
            } finally {
                led.stream().leave();
            }
            return alone.run(sink, cancellation);
        };
    }

    /** Counts as deleted while the deletions cannot be read. */
    private boolean isDeleted(Led leader) {
        try {
            return deletions.get().cover(leader.key().tenant(), leader.conversation(), leader.generation());
        } catch (KafkaException e) {
            LOG.warn("Not following an identical request, because the deletions cannot be read: {}", e.toString());
            return true;
        }
    }
}
