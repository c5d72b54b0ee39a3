package dev.parley.cache.answer;

import java.time.Duration;

/** Whether an answer is kept. */
public sealed interface Keeping {
    /**
     * It is.
     *
     * @param remaining for how long from now
     */
    record Keep(Duration remaining) implements Keeping {}

    /** It is not. */
    record Leave(Reason reason) implements Keeping {}

    /** Why an answer is not kept. */
    enum Reason {
        /** The generation failed or was cancelled. */
        NOT_COMPLETED,
        /** Claude stopped for another reason than having said it all. */
        STOPPED_EARLY,
        /** It came from the cache: keeping it would let it grow old. */
        CACHED,
        /** The client forbade it. */
        FORBIDDEN,
        /** It came without frames to replay. */
        WITHOUT_FRAMES,
        TOO_LARGE,
        /** Its time is over. */
        EXPIRED
    }
}
