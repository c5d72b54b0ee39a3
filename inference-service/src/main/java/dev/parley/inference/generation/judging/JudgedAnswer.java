package dev.parley.inference.generation.judging;

import dev.parley.answercache.CachedAnswer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The stored answer to a similar question, which serves if a judge permits it.
 *
 * @param judge starts the call to the judge
 * @param answer reads it once a judge has permitted it; empty if it was removed or replaced meanwhile. Blocks, for a bounded time
 * @param used to be run if the answer is used
 */
public record JudgedAnswer(Supplier<Judging> judge, Supplier<Optional<CachedAnswer>> answer, Runnable used) {}
