package dev.parley.cache.answer;

import dev.parley.contracts.TextEnum;
import java.time.Duration;

/** Whether an answer is cached. */
public sealed interface CacheDecision {
    /** It is cached, with this time to live from now. */
    record Store(Duration remaining) implements CacheDecision {}

    record Skip(Reason reason) implements CacheDecision {}

    enum Reason implements TextEnum {
        /** The generation failed or was cancelled. */
        NOT_COMPLETED,
        /** Claude stopped before the end of the answer. */
        STOPPED_EARLY,
        /** It came from the cache: caching it again would extend its time to live. */
        CACHED,
        /** The client forbids caching. */
        FORBIDDEN,
        /** The turn has no frames to replay. */
        WITHOUT_FRAMES,
        TOO_LARGE,
        /** Its time to live is over. */
        EXPIRED
    }
}
