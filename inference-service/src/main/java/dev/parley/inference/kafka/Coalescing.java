package dev.parley.inference.kafka;

import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.Broadcast;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.kafka.Broadcasts.Led;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Claude asked once for those who ask the same at the same time. An answer of a conversation that has been deleted is
 * followed by nobody any more.
 */
final class Coalescing {
    private static final Logger LOG = LoggerFactory.getLogger(Coalescing.class);

    private final GenerationRunner runner;
    private final Broadcasts broadcasts;
    private final Supplier<Deletions> deletions;

    /**
     * Makes it.
     *
     * @param deletions as of the moment of asking; blocks, so asked on the thread of the generation
     */
    Coalescing(GenerationRunner runner, Broadcasts broadcasts, Supplier<Deletions> deletions) {
        this.runner = runner;
        this.broadcasts = broadcasts;
        this.deletions = deletions;
    }

    /** To follow the answer to the same question, if one is being made; else to make it, and let others follow. */
    GenerationWork workOf(RoutedRequest request) {
        ChatRequested requested = request.requested();
        if (requested.cachePolicy() != CachePolicy.USE) {
            return alone(request);
        }
        Optional<Led> same = broadcasts.join(requested);
        return same.map(led -> following(request, led)).orElseGet(() -> leading(request, broadcasts.lead(requested)));
    }

    private GenerationWork alone(RoutedRequest request) {
        return (sink, cancellation) -> Optional.of(runner.run(request, sink, cancellation));
    }

    private GenerationWork leading(RoutedRequest request, Led led) {
        return (sink, cancellation) -> {
            Broadcast broadcast = led.broadcast();
            try {
                return Optional.of(runner.run(request, broadcast.heardOn(sink), broadcast.leading(cancellation)));
            } finally {
                broadcasts.end(led);
            }
        };
    }

    private GenerationWork following(RoutedRequest request, Led led) {
        return (sink, cancellation) -> {
            try {
                if (!isDeleted(led.requested())) {
                    return Optional.of(runner.follow(request, led.broadcast(), sink, cancellation));
                }
            } finally {
                led.broadcast().leave();
            }
            return alone(request).on(sink, cancellation);
        };
    }

    /** What nobody can tell is not followed. */
    private boolean isDeleted(ChatRequested leader) {
        try {
            return deletions.get().cover(leader.tenant(), leader.conversation(), leader.generation());
        } catch (KafkaException e) {
            LOG.warn("Following no answer, since the deletions cannot be read: {}", e.toString());
            return true;
        }
    }
}
