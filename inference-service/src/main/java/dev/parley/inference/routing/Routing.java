package dev.parley.inference.routing;

import dev.parley.answercache.CachedAnswer;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.judging.JudgedAnswer;

/** Where the answer to a request comes from. */
public sealed interface Routing {
    /**
     * A published or cached answer to the same request, or a cached one to a similar question.
     *
     * @param used is to be run if the answer is given
     */
    record Stored(RoutedRequest request, CachedAnswer answer, Runnable used) implements Routing {}

    /** Claude, or an identical request that Claude is answering. */
    record AskClaude(RoutedRequest request) implements Routing {}

    /** As {@link AskClaude}, unless a judge permits a stored answer before Claude responds. */
    record Hedge(RoutedRequest request, JudgedAnswer stored) implements Routing {}
}
