package dev.parley.inference.generation;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import java.time.Instant;

/**
 * A request whose source of answer is decided.
 *
 * @param verdict {@link CacheVerdict#EXACT} if a cached answer serves it
 * @param decidedAt when that was decided
 */
public record RoutedRequest(ChatRequested requested, CacheVerdict verdict, Instant decidedAt) {
    /** One that Claude answers. */
    public static RoutedRequest toClaude(ChatRequested requested, Instant decidedAt) {
        CacheVerdict verdict = requested.cachePolicy() == CachePolicy.USE ? CacheVerdict.MISS : CacheVerdict.BYPASS;
        return new RoutedRequest(requested, verdict, decidedAt);
    }

    /**
     * One whose answer has ended on the log. When it was routed is not there, so it counts as routed when it was published.
     */
    static RoutedRequest recovered(ChatRequested requested, Slice slice) {
        return slice.cached()
                ? toCache(requested, requested.publishedAt())
                : toClaude(requested, requested.publishedAt());
    }

    /** One that a cached answer serves. */
    public static RoutedRequest toCache(ChatRequested requested, Instant decidedAt) {
        return new RoutedRequest(requested, CacheVerdict.EXACT, decidedAt);
    }
}
