package dev.parley.inference.generation;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.generation.recovery.GenerationLog;
import java.time.Instant;

/**
 * A request with the source of its answer.
 *
 * @param verdict {@link CacheVerdict#EXACT} or {@link CacheVerdict#SIMILAR} for a cached answer, {@link
 *     CacheVerdict#PUBLISHED} for a published one, {@link CacheVerdict#SHARED} for that of an identical request
 * @param decidedAt the time of the decision
 * @param similar what the look-up of a similar question left behind
 */
public record RoutedRequest(ChatRequested requested, CacheVerdict verdict, Instant decidedAt, SimilarTrace similar) {
    /** A request that Claude answers, without a look at similar questions. */
    public static RoutedRequest toClaude(ChatRequested requested, Instant decidedAt) {
        return toClaude(requested, decidedAt, SimilarTrace.NONE);
    }

    public static RoutedRequest toClaude(ChatRequested requested, Instant decidedAt, SimilarTrace similar) {
        CacheVerdict verdict = requested.cachePolicy() == CachePolicy.USE ? CacheVerdict.MISS : CacheVerdict.BYPASS;
        return new RoutedRequest(requested, verdict, decidedAt, similar);
    }

    /**
     * A request whose answer has ended on the log, which does not have the time of the decision: the time of publication counts.
     */
    static RoutedRequest recovered(ChatRequested requested, GenerationLog log) {
        RoutedRequest request = resumed(requested, log);
        return log.stored()
                .map(verdict -> new RoutedRequest(requested, verdict, request.decidedAt, request.similar))
                .orElse(request);
    }

    /**
     * A request that Claude answers from now on: a miss, even if the answer began as a stored one, unless it is shared. Its client was
     * told of the similar question.
     */
    static RoutedRequest resumed(ChatRequested requested, GenerationLog log) {
        RoutedRequest request = toClaude(requested, requested.publishedAt(), SimilarTrace.onTheLog(requested, log));
        return log.shared() ? request.shared() : request;
    }

    /** The same request, answered with the stream of an identical one. */
    RoutedRequest shared() {
        return new RoutedRequest(requested, CacheVerdict.SHARED, decidedAt, similar);
    }

    /**
     * The same request, answered by Claude instead of with a cached answer.
     *
     * @param gate why, if the answer is that to a similar question
     */
    public RoutedRequest toClaude(String gate) {
        return toClaude(requested, decidedAt, similar.refusedBy(gate));
    }

    RoutedRequest with(SimilarTrace trace) {
        return new RoutedRequest(requested, verdict, decidedAt, trace);
    }
}
