package dev.parley.gateway.session;

import reactor.core.publisher.Mono;

/** Knows who holds a key. */
public interface Sessions {
    /** The holder of the key; empty if nobody does. */
    Mono<Caller> of(String key);

    /** Whether all keys are known by now: before, one that is not may yet turn out to be good. */
    default boolean complete() {
        return true;
    }
}
