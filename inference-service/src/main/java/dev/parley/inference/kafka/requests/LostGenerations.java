package dev.parley.inference.kafka.requests;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops generations that another replica has taken over, after this one was frozen or cut off and has lost their partitions: no
 * reader gets their deltas, and Claude would be paid for two answers. Those without a later attempt on the log go on, because
 * their new owners wait for them. Thread-safe.
 */
public final class LostGenerations {
    private static final Logger LOG = LoggerFactory.getLogger(LostGenerations.class);
    private static final Duration POLL = Duration.ofMillis(500);

    record Running(InFlightRequest request, DeltaPublisher.Sink sink) {}

    private final Supplier<Consumer<String, byte[]>> consumers;
    /** By id, because the hash of a {@code Running} is that of the whole event of its request. */
    private final Map<GenerationId, Running> running = new ConcurrentHashMap<>();

    /** The consumers read uncommitted records too. */
    public LostGenerations(Supplier<Consumer<String, byte[]>> consumers) {
        this.consumers = consumers;
    }

    void began(Running generation) {
        running.put(generation.request().generation(), generation);
    }

    void ended(Running generation) {
        running.remove(generation.request().generation(), generation);
    }

    /** Watches the log for the generations of lost partitions, on a thread that ends with the last of them. */
    void watch(Collection<OwnedPartition> lost) {
        Map<String, Running> watched = new HashMap<>();
        running.values().stream()
                .filter(each -> lost.contains(each.request().from()))
                .forEach(each -> watched.put(each.request().generation().value(), each));
        if (!watched.isEmpty()) {
            Thread.startVirtualThread(() -> watch(watched));
        }
    }

    private void watch(Map<String, Running> watched) {
        Map<TopicPartition, Long> from = new HashMap<>();
        watched.values().forEach(each -> {
            InFlightRequest request = each.request();
            from.merge(request.deltas(), request.requested().reply().offset(), Math::min);
        });
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            consumer.assign(List.copyOf(from.keySet()));
            from.forEach((partition, offset) -> consumer.seek(partition, (long) offset));
            while (!watched.isEmpty()) {
                for (ConsumerRecord<String, byte[]> delta : consumer.poll(POLL)) {
                    Running mine = watched.get(delta.key());
                    if (mine != null && mine.sink().stopIfSuperseded(attempt(delta))) {
                        LOG.info("Another replica has taken {} over", delta.key());
                        watched.remove(delta.key());
                    }
                }
                watched.values()
                        .removeIf(
                                each -> !each.equals(running.get(each.request().generation())));
            }
        } catch (KafkaException e) {
            LOG.warn("{} generations of lost partitions go on to their ends", watched.size(), e);
        }
    }

    private static int attempt(ConsumerRecord<String, byte[]> delta) {
        try {
            return DeltaCodec.decode(delta).attempt();
        } catch (MalformedEventException e) {
            // RedeliveryCheck logs it.
            return 0;
        }
    }
}
