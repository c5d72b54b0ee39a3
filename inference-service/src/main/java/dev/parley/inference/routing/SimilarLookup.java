package dev.parley.inference.routing;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.SimilarTrace;

/** Looks for the answer to a similar question within a bounded time. A failure is a result, not an exception. */
public interface SimilarLookup {
    sealed interface Result {
        SimilarTrace trace();

        /** The answer to a similar question can be reused; {@code used} is to be run if it is. */
        record Reused(CachedAnswer answer, SimilarTrace trace, Runnable used) implements Result {}

        /** The answer can be reused if a judge permits it; the trace is for a request without a judge. */
        record Undecided(JudgedAnswer stored, SimilarTrace trace) implements Result {}

        record NotReused(SimilarTrace trace) implements Result {}
    }

    Result find(ChatRequested requested, SimilarQuestion question) throws InterruptedException;
}
