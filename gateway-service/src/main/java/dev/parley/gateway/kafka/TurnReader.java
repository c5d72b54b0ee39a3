package dev.parley.gateway.kafka;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the turn of one generation from {@code chat.turns}, with a consumer of its own. A client receives the end of an answer
 * some milliseconds before the turn is on the log, so the read waits for it.
 */
public final class TurnReader {
    private static final Logger LOG = LoggerFactory.getLogger(TurnReader.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Duration timeout;

    public TurnReader(Supplier<Consumer<String, byte[]>> consumers, Duration timeout) {
        this.consumers = consumers;
        this.timeout = timeout;
    }

    /**
     * The turn; empty if it is not on the log within the timeout. Blocks.
     *
     * @throws org.apache.kafka.common.KafkaException if the log cannot be reached
     */
    public Optional<Turn> read(TenantId tenant, ConversationId conversation, GenerationId generation) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            TopicPartition partition = TailReading.partition(conversation, consumer.partitionsFor(Topics.TURNS.name()));
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            consumer.seek(partition, GenerationReader.start(consumer, partition, generation, end));
            while (System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<String, byte[]> event : consumer.poll(POLL)) {
                    if (isTurnOf(tenant, generation, new EventHeaders(event.headers()))) {
                        return Optional.of(TurnCodec.decode(event.headers(), event.value()));
                    }
                }
            }
            return Optional.empty();
        } catch (MalformedEventException e) {
            LOG.warn("The turn of {} is malformed: {}", generation, e.reason());
            return Optional.empty();
        }
    }

    private static boolean isTurnOf(TenantId tenant, GenerationId generation, EventHeaders headers) {
        return headers.has(CloudEvent.GENERATION, generation.value()) && headers.has(CloudEvent.TENANT, tenant.value());
    }
}
