package dev.parley.inference.generation;

import dev.parley.answercache.CachedAnswer;
import java.util.function.Supplier;

/**
 * The stored answer to a similar question, which serves if a judge permits it.
 *
 * @param judge starts the call to the judge
 */
public record JudgedAnswer(CachedAnswer answer, Supplier<Judging> judge) {}
