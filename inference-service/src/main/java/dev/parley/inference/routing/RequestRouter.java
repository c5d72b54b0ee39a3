package dev.parley.inference.routing;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Hedge;
import dev.parley.inference.routing.Routing.Stored;
import dev.parley.inference.routing.RoutingMeter.Cause;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.inference.routing.SimilarLookup.Result.Undecided;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Decides where the answer to a new request comes from. Not for requests that another replica may have started: a cached answer
 * would be a second answer.
 */
public final class RequestRouter {
    private final PublishedLookup published;
    private final AnswerLookup lookup;
    private final SimilarLookup similar;
    private final RoutingMeter meter;
    private final Clock clock;

    public RequestRouter(
            PublishedLookup published, AnswerLookup lookup, SimilarLookup similar, RoutingMeter meter, Clock clock) {
        this.published = published;
        this.lookup = lookup;
        this.similar = similar;
        this.meter = meter;
        this.clock = clock;
    }

    /**
     * Blocks, at most for the timeouts of the look-ups and of the judge.
     *
     * @param cancellation stops the judge; the generation that follows has to end by it
     */
    public Routing route(ChatRequested requested, Cancellation cancellation) throws InterruptedException {
        if (requested.cachePolicy() != CachePolicy.USE) {
            return askClaude(requested, SimilarTrace.NONE, Cause.FORBIDDEN);
        }
        Optional<CachedAnswer> answered = published.find(requested);
        if (answered.isPresent()) {
            return stored(requested, CacheVerdict.PUBLISHED, answered.get());
        }
        return switch (lookup.find(new AnswerKey(requested.tenant(), requested.fingerprint()))) {
            case Found(var kept) -> stored(requested, CacheVerdict.EXACT, kept.answer());
            case NotFound _ ->
                requested.similar().isPresent()
                        ? routeSimilar(requested, requested.similar().get(), cancellation)
                        : askClaude(requested, SimilarTrace.NONE, Cause.NOT_FOUND);
            case Unavailable _ -> askClaude(requested, SimilarTrace.NONE, Cause.UNAVAILABLE);
        };
    }

    private Routing routeSimilar(ChatRequested requested, SimilarQuestion question, Cancellation cancellation)
            throws InterruptedException {
        return switch (similar.find(requested, question)) {
            case Reused(var answer, var trace, var used) -> storedSimilar(requested, trace, answer, used);
            case NotReused(var trace) -> askClaude(requested, trace, Cause.NOT_FOUND);
            case Undecided(var stored, var trace) ->
                question.mode() == SimilarMode.HEDGED
                        ? new Hedge(askClaude(requested, trace, Cause.HEDGED).request(), stored)
                        : judge(requested, stored, trace, cancellation);
        };
    }

    /** Without a verdict, because the request was cancelled before, the trace remains undecided. */
    private Routing judge(
            ChatRequested requested, JudgedAnswer stored, SimilarTrace undecided, Cancellation cancellation)
            throws InterruptedException {
        if (cancellation.isRequested()) {
            return askClaude(requested, undecided, Cause.NOT_FOUND);
        }
        Judging judging = stored.judge().get();
        CompletableFuture<Optional<Boolean>> permission = judging.permitted().thenApply(Optional::of);
        try (var _ = cancellation.onRequest(() -> permission.complete(Optional.empty()))) {
            Optional<Boolean> permitted = permission.get();
            SimilarTrace judged = judging.stop();
            SimilarTrace trace = (permitted.isPresent() ? judged : undecided).with(judging.calls());
            if (!permitted.orElse(false)) {
                return askClaude(requested, trace, Cause.NOT_FOUND);
            }
            Optional<CachedAnswer> answer = stored.answer().get();
            if (answer.isEmpty()) {
                return askClaude(requested, trace.refusedBy(Judging.ANSWER_GONE), Cause.NOT_FOUND);
            }
            return storedSimilar(requested, trace, answer.get(), stored.used());
        } catch (ExecutionException e) {
            throw new IllegalStateException("judging never fails", e);
        } finally {
            judging.stop();
        }
    }

    private Stored stored(ChatRequested requested, CacheVerdict verdict, CachedAnswer answer) {
        RoutedRequest request = new RoutedRequest(requested, verdict, clock.instant(), SimilarTrace.NONE);
        meter.routed(request, Cause.FOUND);
        return new Stored(request, answer, () -> {});
    }

    private Stored storedSimilar(ChatRequested requested, SimilarTrace trace, CachedAnswer answer, Runnable used) {
        RoutedRequest request = new RoutedRequest(requested, CacheVerdict.SIMILAR, clock.instant(), trace);
        meter.routed(request, Cause.SIMILAR);
        return new Stored(request, answer, used);
    }

    private AskClaude askClaude(ChatRequested requested, SimilarTrace trace, Cause cause) {
        RoutedRequest request = RoutedRequest.toClaude(requested, clock.instant(), trace);
        meter.routed(request, cause);
        return new AskClaude(request);
    }
}
