package dev.parley.inference.kafka;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.inference.generation.Broadcast;
import dev.parley.inference.generation.GenerationRunner;
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
    GenerationWork workOf(InferenceRequested inference) {
        ChatRequested requested = inference.requested();
        if (requested.cachePolicy() != CachePolicy.USE) {
            return (sink, cancellation) -> Optional.of(runner.run(inference, sink, cancellation));
        }
        Optional<Broadcast> same = broadcasts.join(requested);
        return same.map(leader -> following(inference, leader))
                .orElseGet(() -> leading(inference, broadcasts.lead(requested)));
    }

    private GenerationWork leading(InferenceRequested inference, Broadcast led) {
        return (sink, cancellation) -> {
            try {
                return Optional.of(runner.run(inference, led.heardOn(sink), led.leading(cancellation)));
            } finally {
                broadcasts.end(inference.requested(), led);
            }
        };
    }

    private GenerationWork following(InferenceRequested inference, Broadcast leader) {
        return (sink, cancellation) -> {
            try {
                return Optional.of(runner.follow(inference, leader, sink, cancellation));
            } finally {
                leader.leave();
            }
        };
    }
}
