package dev.parley.experiment.kafka;

import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Writes events to {@code chat.trials}, each of them in a transaction that is committed before the method returns. A second
 * publisher of the same experiment takes over: the first one cannot write from then on. Thread-safe.
 */
public final class TrialPublisher implements AutoCloseable {
    static final int TIMEOUT_MS = 30_000;

    /** Readers wait for an open transaction for 20 s, and Kafka looks for those that are over every 10 s. */
    private static final int TRANSACTION_TIMEOUT_MS = 10_000;

    /** One transaction at a time: guarded by itself. */
    private final Producer<String, byte[]> producer;

    private TrialPublisher(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /** Connects, and takes over from another process that runs the experiment. */
    public static TrialPublisher open(KafkaConnection connection, String experiment) throws IOException {
        return open(new KafkaClients(connection, new SimpleMeterRegistry()), "experiment-run-" + experiment);
    }

    static TrialPublisher open(KafkaClients clients, String transactionalId) throws IOException {
        TrialPublisher publisher = new TrialPublisher(clients.transactionalProducer(
                transactionalId,
                transactionalId,
                Map.of(
                        "delivery.timeout.ms", TIMEOUT_MS,
                        "max.block.ms", TIMEOUT_MS,
                        "transaction.timeout.ms", TRANSACTION_TIMEOUT_MS)));
        try {
            publisher.producer.initTransactions();
            return publisher;
        } catch (KafkaException e) {
            publisher.close();
            throw unwritable(e);
        }
    }

    private static IOException unwritable(RuntimeException e) {
        return new IOException("chat.trials cannot be written: " + e.getMessage(), e);
    }

    public void publish(TrialEvent event) throws IOException {
        write(() -> send(event));
    }

    /** Writes an event, and positions of a consumer group. */
    void publish(
            Optional<TrialEvent> event, Map<TopicPartition, OffsetAndMetadata> positions, ConsumerGroupMetadata group)
            throws IOException {
        write(() -> {
            event.ifPresent(this::send);
            producer.sendOffsetsToTransaction(Map.copyOf(positions), group);
        });
    }

    /** The commit fails if the record cannot be written. */
    private void send(TrialEvent event) {
        var _ = producer.send(TrialCodec.encode(event));
    }

    private void write(Runnable writes) throws IOException {
        synchronized (producer) {
            try {
                producer.beginTransaction();
                writes.run();
                producer.commitTransaction();
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                throw new IOException("another process has taken over, or Kafka did not respond for 10 s", e);
            } catch (KafkaException | IllegalStateException e) {
                throw unwritable(e);
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
