package dev.parley.experiment.kafka;

import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.eventlog.KafkaConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes events to {@code chat.trials}, each of them acknowledged by all replicas before the method returns. */
public final class TrialPublisher implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int REQUEST_BYTES_MAX = 9 * 1024 * 1024;

    private final Producer<String, byte[]> producer;

    public TrialPublisher(KafkaConnection connection) {
        this.producer = new KafkaProducer<>(
                connection.client(
                        "parley-experiment",
                        Map.of(
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.LINGER_MS_CONFIG,
                                0,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                10_000,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                (int) TIMEOUT.toMillis(),
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                TIMEOUT.toMillis(),
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                REQUEST_BYTES_MAX)),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Writes an event, within 30 seconds. */
    public void publish(TrialEvent event) throws IOException, InterruptedException {
        try {
            RecordMetadata _ = producer.send(TrialCodec.encode(event)).get();
        } catch (ExecutionException e) {
            throw new IOException("chat.trials cannot be written: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        producer.close(TIMEOUT);
    }
}
