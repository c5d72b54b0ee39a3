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
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the turn of one generation from {@code chat.turns}, with a consumer of its own. A client receives the end of an answer
 * some milliseconds before the turn is on the log, so the read waits for it.
 */
public final class TurnReader {
    private static final Logger LOG = LoggerFactory.getLogger(TurnReader.class);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final LogEnds ends;
    private final BoundedFetches fetches;
    private final Duration timeout;

    public TurnReader(
            Supplier<Consumer<String, byte[]>> consumers, LogEnds ends, BoundedFetches fetches, Duration timeout) {
        this.consumers = consumers;
        this.ends = ends;
        this.fetches = fetches;
        this.timeout = timeout;
    }

    /**
     * The turn; empty if it is not on the log within the timeout. Blocks.
     *
     * @param heap gets the bytes of the turn before it is kept, and may throw to end the reading
     * @throws org.apache.kafka.common.KafkaException if the log cannot be reached
     */
    public Optional<Turn> read(
            TenantId tenant, ConversationId conversation, GenerationId generation, LongConsumer heap) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            TopicPartition partition = TailReading.partition(conversation, consumer.partitionsFor(Topics.TURNS.name()));
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            consumer.seek(partition, GenerationReader.start(consumer, partition, generation, end));
            for (long left = timeout.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                Duration within = Duration.ofNanos(left);
                if (!TailReading.awaitRecords(consumer, partition, ends::of, () -> within)) {
                    continue;
                }
                Optional<ConsumerRecord<String, byte[]>> turn = fetches.poll(
                                consumer, Topics.TURNS, within, records -> turnOf(tenant, generation, records, heap))
                        .flatMap(Function.identity());
                if (turn.isPresent()) {
                    return Optional.of(
                            TurnCodec.decode(turn.get().headers(), turn.get().value()));
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (MalformedEventException e) {
            LOG.warn("The turn of {} is malformed: {}", generation, e.reason());
            return Optional.empty();
        }
    }

    private static Optional<ConsumerRecord<String, byte[]>> turnOf(
            TenantId tenant, GenerationId generation, ConsumerRecords<String, byte[]> records, LongConsumer heap) {
        for (ConsumerRecord<String, byte[]> event : records) {
            if (isTurnOf(tenant, generation, new EventHeaders(event.headers()))) {
                heap.accept(TailReading.bytes(event));
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private static boolean isTurnOf(TenantId tenant, GenerationId generation, EventHeaders headers) {
        return headers.has(CloudEvent.GENERATION, generation.value()) && headers.has(CloudEvent.TENANT, tenant.value());
    }
}
