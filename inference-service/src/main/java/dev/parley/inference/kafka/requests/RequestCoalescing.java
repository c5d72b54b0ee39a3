package dev.parley.inference.kafka.requests;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.kafka.requests.SharedStreams.Joined;
import dev.parley.inference.kafka.requests.SharedStreams.Led;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one call to Claude for identical requests in flight: the later ones follow the stream of the first. The stream of a
 * conversation that has been deleted is not followed.
 */
public final class RequestCoalescing {
    private static final Logger LOG = LoggerFactory.getLogger(RequestCoalescing.class);

    private final GenerationRunner runner;
    private final SharedStreams streams;
    private final Supplier<Deletions> deletions;

    /**
     * @param deletions those that have to be known at the call; may block, so it is called on the thread of the generation
     */
    public RequestCoalescing(GenerationRunner runner, Supplier<Deletions> deletions, Clock clock) {
        this.runner = runner;
        this.streams = new SharedStreams(clock);
        this.deletions = deletions;
    }

    /** Answers a request with the stream of an identical one if there is one; else with one that others can follow. */
    FinishedTurn run(RoutedRequest request, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        if (request.requested().cachePolicy() != CachePolicy.USE) {
            return runner.run(request, sink, cancellation);
        }
        Joined joined = streams.joinOrLead(request.requested());
        if (joined.leads()) {
            return lead(request, joined.led(), sink, cancellation);
        }
        Optional<FinishedTurn> followed = follow(request, joined.led(), sink, cancellation);
        return followed.isPresent() ? followed.get() : runner.run(request, sink, cancellation);
    }

    /**
     * As {@link #run}, for a request that a stored answer may serve if a judge permits it. Others do not follow it: they may forbid
     * the answer to a similar question, and have to say whose it is.
     */
    FinishedTurn hedge(RoutedRequest request, JudgedAnswer stored, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        Optional<Led> joined = streams.join(request.requested());
        Optional<FinishedTurn> followed =
                joined.isPresent() ? follow(request, joined.get(), sink, cancellation) : Optional.empty();
        return followed.isPresent() ? followed.get() : runner.hedge(request, stored, sink, cancellation);
    }

    private FinishedTurn lead(RoutedRequest request, Led led, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
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
    }

    /** Follows a joined stream, and leaves it; empty, without following it, if its conversation is deleted. */
    private Optional<FinishedTurn> follow(
            RoutedRequest request, Led led, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        try {
            return isDeleted(led)
                    ? Optional.empty()
                    : Optional.of(runner.follow(request, led.stream(), sink, cancellation));
        } finally {
            led.stream().leave();
        }
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
