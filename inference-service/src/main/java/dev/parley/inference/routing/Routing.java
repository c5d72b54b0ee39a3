package dev.parley.inference.routing;

import dev.parley.answercache.CachedAnswer;
import dev.parley.inference.generation.RoutedRequest;

/** Where the answer to a request comes from. */
public sealed interface Routing {
    /** A published or cached answer to the same request, or a cached one to a similar question. */
    record Stored(RoutedRequest request, CachedAnswer answer) implements Routing {}

    /** Claude, or an identical request that Claude is answering. */
    record AskClaude(RoutedRequest request) implements Routing {}
}
