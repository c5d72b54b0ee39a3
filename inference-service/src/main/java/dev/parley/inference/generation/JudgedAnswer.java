package dev.parley.inference.generation;

import dev.parley.answercache.CachedAnswer;
import java.util.function.Supplier;

/**
 * The stored answer to a similar question, which serves if a judge permits it.
 *
 * @param judge starts the call to the judge
 * @param used to be run if the answer is used
 */
public record JudgedAnswer(CachedAnswer answer, Supplier<Judging> judge, Runnable used) {}
