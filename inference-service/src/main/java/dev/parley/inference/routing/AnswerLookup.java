package dev.parley.inference.routing;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.Lookup;

/** Looks up cached answers within a bounded time. A failure of the store is a result, not an exception. */
public interface AnswerLookup {
    Lookup find(AnswerKey key) throws InterruptedException;
}
