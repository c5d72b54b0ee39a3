package dev.parley.inference.kafka;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.inference.generation.Broadcast;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import java.util.Optional;

/** Has Claude asked once for those who ask the same at the same time. */
final class Coalescing {
    private final GenerationRunner runner;
    private final Broadcasts broadcasts;

    Coalescing(GenerationRunner runner, Broadcasts broadcasts) {
        this.runner = runner;
        this.broadcasts = broadcasts;
    }

    /** To follow the answer to the same question, if one is being made; else to make it, and let others follow. */
    GenerationWork workOf(RoutedRequest request) {
        ChatRequested requested = request.requested();
        if (requested.cachePolicy() != CachePolicy.USE) {
            return (sink, cancellation) -> Optional.of(runner.run(request, sink, cancellation));
        }
        Optional<Broadcast> same = broadcasts.join(requested);
        return same.map(leader -> following(request, leader))
                .orElseGet(() -> leading(request, broadcasts.lead(requested)));
    }

    private GenerationWork leading(RoutedRequest request, Broadcast led) {
        return (sink, cancellation) -> {
            try {
                return Optional.of(runner.run(request, led.heardOn(sink), led.leading(cancellation)));
            } finally {
                broadcasts.end(request.requested(), led);
            }
        };
    }

    private GenerationWork following(RoutedRequest request, Broadcast leader) {
        return (sink, cancellation) -> {
            try {
                return Optional.of(runner.follow(request, leader, sink, cancellation));
            } finally {
                leader.leave();
            }
        };
    }
}
