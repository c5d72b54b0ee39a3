package dev.parley.inference.kafka.requests;

import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.limits.GenerationPlaces;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.routing.Routing;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Hedge;
import dev.parley.inference.routing.Routing.Stored;
import dev.parley.messages.ApiError;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers new requests: with a stored answer, or with Claude's if they get a place. Blocks the calling thread. Thread-safe. */
public final class NewRequestHandler {
    /** Requests that are routed: each may have a stored answer in memory. */
    private static final int ROUTING_MAX = 1_000;

    private final RequestRouter router;
    private final GenerationRunner runner;
    private final RequestCoalescing coalescing;
    private final GenerationPlaces places;
    private final InFlightRequests inFlight;

    /** Requests that are routed at the moment. */
    private final AtomicInteger routing = new AtomicInteger();

    public NewRequestHandler(
            RequestRouter router,
            GenerationRunner runner,
            RequestCoalescing coalescing,
            GenerationPlaces places,
            InFlightRequests inFlight) {
        this.router = router;
        this.runner = runner;
        this.coalescing = coalescing;
        this.places = places;
        this.inFlight = inFlight;
    }

    /** Whether so many requests are being routed that no further one should be consumed for now. */
    boolean isBusy() {
        return routing.get() >= ROUTING_MAX;
    }

    FinishedTurn answer(InFlightRequest request, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        Routing routed = route(request, cancellation);
        if (!request.isOwned()) {
            // A judge may take long, and the next owner starts at once if nothing is on the log.
            throw new NotOwnerException();
        }
        return switch (routed) {
            case Stored stored -> replay(stored, sink, cancellation);
            case AskClaude(var asked) -> askClaude(asked, Optional.empty(), sink, cancellation);
            case Hedge(var asked, var stored) -> askClaude(asked, Optional.of(stored), sink, cancellation);
        };
    }

    private Routing route(InFlightRequest request, Cancellation cancellation) throws InterruptedException {
        routing.incrementAndGet();
        try {
            return router.route(request.requested(), cancellation);
        } finally {
            routing.decrementAndGet();
        }
    }

    /** Replays a stored answer; asks Claude if those of all keys, or of this one, take too much memory. */
    private FinishedTurn replay(Stored stored, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        RoutedRequest routed = stored.request();
        Optional<byte[]> frames = sink.unpack(stored.answer());
        if (frames.isEmpty()) {
            return askClaude(routed.toClaude(SimilarTrace.CROWDED), Optional.empty(), sink, cancellation);
        }
        stored.used().run();
        inFlight.releaseShare(routed.requested().generation());
        return runner.replay(routed, stored.answer().message(), frames.get(), sink);
    }

    /**
     * Asks Claude, or rejects the request if it gets no place.
     *
     * @param stored the answer that is used if a judge permits it before Claude responds
     */
    private FinishedTurn askClaude(
            RoutedRequest routed, Optional<JudgedAnswer> stored, DeltaPublisher.Sink sink, Cancellation cancellation)
            throws InterruptedException {
        String key = routed.requested().keyOrTenant();
        Optional<ApiError> refusal = places.tryAcquire(key);
        if (refusal.isPresent()) {
            inFlight.releaseShare(routed.requested().generation());
            return runner.reject(routed, refusal.get(), sink);
        }
        try {
            return stored.isPresent()
                    ? coalescing.hedge(routed, stored.get(), sink, cancellation)
                    : coalescing.run(routed, sink, cancellation);
        } finally {
            places.release(key);
        }
    }
}
