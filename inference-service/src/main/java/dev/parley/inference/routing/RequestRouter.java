package dev.parley.inference.routing;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Stored;
import dev.parley.inference.routing.RoutingMeter.Cause;
import java.time.Clock;
import java.util.Optional;

/**
 * Decides where the answer to a new request comes from. Not for requests that another replica may have started: a cached answer
 * would be a second answer.
 */
public final class RequestRouter {
    private final PublishedLookup published;
    private final AnswerLookup lookup;
    private final RoutingMeter meter;
    private final Clock clock;

    public RequestRouter(PublishedLookup published, AnswerLookup lookup, RoutingMeter meter, Clock clock) {
        this.published = published;
        this.lookup = lookup;
        this.meter = meter;
        this.clock = clock;
    }

    /** Blocks, at most for the timeouts of the look-ups. */
    public Routing route(ChatRequested requested) throws InterruptedException {
        if (requested.cachePolicy() != CachePolicy.USE) {
            return askClaude(requested, Cause.FORBIDDEN);
        }
        Optional<CachedAnswer> answered = published.find(requested);
        if (answered.isPresent()) {
            return stored(RoutedRequest.toPublished(requested, clock.instant()), answered.get());
        }
        return switch (lookup.find(new AnswerKey(requested.tenant(), requested.fingerprint()))) {
            case Found(var answer) -> stored(RoutedRequest.toCache(requested, clock.instant()), answer);
            case NotFound _ -> askClaude(requested, Cause.NOT_FOUND);
            case Unavailable _ -> askClaude(requested, Cause.UNAVAILABLE);
        };
    }

    private Stored stored(RoutedRequest request, CachedAnswer answer) {
        meter.routed(request, Cause.FOUND);
        return new Stored(request, answer);
    }

    private AskClaude askClaude(ChatRequested requested, Cause cause) {
        RoutedRequest request = RoutedRequest.toClaude(requested, clock.instant());
        meter.routed(request, cause);
        return new AskClaude(request);
    }
}
