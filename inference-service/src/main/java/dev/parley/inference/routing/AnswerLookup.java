package dev.parley.inference.routing;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.Lookup;

/** Looks cached answers up within a bounded time; never throws because of the store. */
public interface AnswerLookup {
    Lookup find(AnswerKey key) throws InterruptedException;
}
