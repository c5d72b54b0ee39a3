package dev.parley.inference.routing;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.SimilarTrace;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Cached;
import dev.parley.inference.routing.RoutingMeter.Cause;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import java.time.Clock;

/**
 * Decides where the answer to a new request comes from. Not for requests that another replica may have started: a cached answer
 * would be a second answer.
 */
public final class RequestRouter {
    private final AnswerLookup lookup;
    private final SimilarLookup similar;
    private final RoutingMeter meter;
    private final Clock clock;

    public RequestRouter(AnswerLookup lookup, SimilarLookup similar, RoutingMeter meter, Clock clock) {
        this.lookup = lookup;
        this.similar = similar;
        this.meter = meter;
        this.clock = clock;
    }

    /** Blocks, at most for the timeouts of the look-ups. */
    public Routing route(ChatRequested requested) throws InterruptedException {
        if (requested.cachePolicy() != CachePolicy.USE) {
            return askClaude(requested, SimilarTrace.NONE, Cause.FORBIDDEN);
        }
        return switch (lookup.find(new AnswerKey(requested.tenant(), requested.fingerprint()))) {
            case Found(var answer) -> {
                RoutedRequest request = RoutedRequest.toCache(requested, clock.instant());
                meter.routed(request, Cause.FOUND);
                yield new Cached(request, answer);
            }
            case NotFound _ ->
                requested.similar().isPresent()
                        ? routeSimilar(requested, requested.similar().get())
                        : askClaude(requested, SimilarTrace.NONE, Cause.NOT_FOUND);
            case Unavailable _ -> askClaude(requested, SimilarTrace.NONE, Cause.UNAVAILABLE);
        };
    }

    private Routing routeSimilar(ChatRequested requested, SimilarQuestion question) throws InterruptedException {
        return switch (similar.find(requested, question)) {
            case Reused(var answer, var trace) -> {
                RoutedRequest request = RoutedRequest.toSimilar(requested, clock.instant(), trace);
                meter.routed(request, Cause.SIMILAR);
                yield new Cached(request, answer);
            }
            case NotReused(var trace) -> askClaude(requested, trace, Cause.NOT_FOUND);
        };
    }

    private AskClaude askClaude(ChatRequested requested, SimilarTrace trace, Cause cause) {
        RoutedRequest request = RoutedRequest.toClaude(requested, clock.instant(), trace);
        meter.routed(request, cause);
        return new AskClaude(request);
    }
}
