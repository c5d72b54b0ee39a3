package dev.parley.cache.request;

import dev.parley.cache.answer.Answer;
import dev.parley.contracts.event.CacheVerdict;

/** What is done with a request. */
public sealed interface Treatment {
    /** The cache is asked. */
    record LookUp() implements Treatment {}

    /** The answer that was kept is given again. */
    record Replay(Answer answer) implements Treatment {}

    /**
     * Claude is asked.
     *
     * @param cause why no kept answer serves the request
     * @param doubtful whether somebody may have begun to serve it already, so that the log must be read before Claude
     *     is asked
     */
    record Forward(CacheVerdict verdict, Cause cause, boolean doubtful) implements Treatment {}

    /** Why no kept answer serves a request. */
    enum Cause {
        NOT_FOUND,
        /** Redis was down, or slow. */
        UNAVAILABLE,
        /** The client wants a new answer. */
        FORBIDDEN,
        /** Somebody may have begun to serve it. */
        DOUBTFUL,
        /** Its turn could not be recorded now. */
        UNRECORDABLE,
        /** A kept answer was being given, and that went wrong. */
        BROKEN_OFF
    }
}
