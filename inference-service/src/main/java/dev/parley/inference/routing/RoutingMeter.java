package dev.parley.inference.routing;

import dev.parley.inference.generation.RoutedRequest;

/** Counts where answers come from. */
public interface RoutingMeter {
    /** Why a request was routed as it was. */
    enum Cause {
        FOUND,
        NOT_FOUND,
        /** Redis was down, slow, or left alone after failures. */
        UNAVAILABLE,
        /** The client wants a new answer. */
        FORBIDDEN
    }

    void routed(RoutedRequest request, Cause cause);
}
