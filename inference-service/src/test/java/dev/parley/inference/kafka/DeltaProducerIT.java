package dev.parley.inference.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeltaProducerIT {
    @AutoClose
    private final LocalKafka kafka = LocalKafka.start().withTopics();

    /** A send that waits for metadata would wait for the delivery timeout, and stop its event loop so long. */
    @Test
    @Timeout(120)
    void keepsItsMetadataWhileNoBrokerCanBeReached() throws Exception {
        Producer<String, byte[]> producer =
                RunningInference.clients(kafka.bootstrapServers()).deltaProducer();
        try {
            producer.send(delta()).get();
            double waited = metadataWait(producer);
            kafka.close();
            // For some seconds, in which the client finds no broker.
            for (int i = 0; i < 50; i++) {
                Thread.sleep(100);
                var _ = producer.send(delta());
            }
            assertThat(metadataWait(producer)).isEqualTo(waited);
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private static ProducerRecord<String, byte[]> delta() {
        return new ProducerRecord<>(Topics.DELTAS.name(), 0, "key", new byte[100]);
    }

    /** Nanoseconds. */
    private static double metadataWait(Producer<?, ?> producer) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("metadata-wait-time-ns-total"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }
}
