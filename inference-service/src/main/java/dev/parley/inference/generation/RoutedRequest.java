package dev.parley.inference.generation;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import java.time.Instant;

/**
 * A request with the source of its answer.
 *
 * @param verdict {@link CacheVerdict#EXACT} for a cached answer, {@link CacheVerdict#PUBLISHED} for a published one, {@link
 *     CacheVerdict#SHARED} for that of an identical request
 * @param decidedAt the time of the decision
 */
public record RoutedRequest(ChatRequested requested, CacheVerdict verdict, Instant decidedAt) {
    /** A request that Claude answers. */
    public static RoutedRequest toClaude(ChatRequested requested, Instant decidedAt) {
        CacheVerdict verdict = requested.cachePolicy() == CachePolicy.USE ? CacheVerdict.MISS : CacheVerdict.BYPASS;
        return new RoutedRequest(requested, verdict, decidedAt);
    }

    /**
     * A request whose answer has ended on the log, which does not have the time of the decision: the time of publication counts.
     */
    static RoutedRequest recovered(ChatRequested requested, GenerationLog log) {
        return log.stored()
                .map(verdict -> new RoutedRequest(requested, verdict, requested.publishedAt()))
                .orElseGet(() -> resumed(requested, log));
    }

    /** A request that Claude answers from now on, with the verdict that its client was given. */
    static RoutedRequest resumed(ChatRequested requested, GenerationLog log) {
        RoutedRequest request = toClaude(requested, requested.publishedAt());
        return log.shared() ? request.shared() : request;
    }

    /** The same request, answered with the stream of an identical one. */
    RoutedRequest shared() {
        return new RoutedRequest(requested, CacheVerdict.SHARED, decidedAt);
    }

    /** A request with a published answer. */
    public static RoutedRequest toPublished(ChatRequested requested, Instant decidedAt) {
        return new RoutedRequest(requested, CacheVerdict.PUBLISHED, decidedAt);
    }

    /** A request with a cached answer. */
    public static RoutedRequest toCache(ChatRequested requested, Instant decidedAt) {
        return new RoutedRequest(requested, CacheVerdict.EXACT, decidedAt);
    }
}
