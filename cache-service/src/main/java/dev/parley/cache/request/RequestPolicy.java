package dev.parley.cache.request;

import dev.parley.cache.request.Lookup.Found;
import dev.parley.cache.request.Lookup.NotFound;
import dev.parley.cache.request.Lookup.Unavailable;
import dev.parley.cache.request.Treatment.Cause;
import dev.parley.cache.request.Treatment.Forward;
import dev.parley.cache.request.Treatment.LookUp;
import dev.parley.cache.request.Treatment.Replay;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;

/**
 * Decides what is done with a request. The one rule that is not about the cache: an answer is given from the cache only
 * to a request that nobody else can have begun to serve; all others go to inference-service, which judges by the log.
 */
public final class RequestPolicy {
    private RequestPolicy() {}

    /**
     * Decides before the cache is asked.
     *
     * @param doubtful whether somebody else may have begun to serve the request
     * @param recordable whether the turn of a cached answer could be recorded
     */
    public static Treatment decide(CachePolicy policy, boolean doubtful, boolean recordable) {
        return switch (policy) {
            case NO_CACHE, NO_STORE -> new Forward(CacheVerdict.BYPASS, Cause.FORBIDDEN, doubtful);
            case USE -> {
                if (doubtful) {
                    yield new Forward(CacheVerdict.MISS, Cause.DOUBTFUL, true);
                }
                yield recordable ? new LookUp() : new Forward(CacheVerdict.MISS, Cause.UNRECORDABLE, false);
            }
        };
    }

    /**
     * Decides after the cache was asked.
     *
     * @param doubtful whether by now somebody else may have begun to serve the request
     */
    public static Treatment decide(Lookup lookup, boolean doubtful) {
        return switch (lookup) {
            case Found found ->
                doubtful ? new Forward(CacheVerdict.MISS, Cause.DOUBTFUL, true) : new Replay(found.answer());
            case NotFound _ -> new Forward(CacheVerdict.MISS, Cause.NOT_FOUND, doubtful);
            case Unavailable _ -> new Forward(CacheVerdict.MISS, Cause.UNAVAILABLE, doubtful);
        };
    }

    /** What is done when giving a kept answer went wrong, however far it had come. */
    public static Forward afterBrokenReplay() {
        return new Forward(CacheVerdict.MISS, Cause.BROKEN_OFF, true);
    }
}
