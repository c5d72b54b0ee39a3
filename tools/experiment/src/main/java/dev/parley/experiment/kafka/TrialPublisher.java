package dev.parley.experiment.kafka;

import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes events to {@code chat.trials}, each of them acknowledged by all replicas before the method returns. */
public final class TrialPublisher implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Producer<String, byte[]> producer;

    public TrialPublisher(KafkaConnection connection) {
        int timeoutMs = (int) TIMEOUT.toMillis();
        this.producer = new KafkaClients(connection, new SimpleMeterRegistry())
                .producer("parley-experiment", Map.of("delivery.timeout.ms", timeoutMs, "max.block.ms", timeoutMs));
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
