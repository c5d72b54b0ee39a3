package dev.parley.inference.routing;

import dev.parley.inference.generation.RoutedRequest;

public interface RoutingMeter {
    /** Why a request was routed as it was. */
    enum Cause {
        FOUND,
        NOT_FOUND,
        /** The answer to a similar question is reused. */
        SIMILAR,
        /** Claude is asked, and at the same time a judge, whether a stored answer serves. */
        HEDGED,
        /** Redis was down or slow, or the circuit breaker was open. */
        UNAVAILABLE,
        /** The client forbids cached answers. */
        FORBIDDEN
    }

    void routed(RoutedRequest request, Cause cause);
}
