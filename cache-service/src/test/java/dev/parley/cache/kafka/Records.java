package dev.parley.cache.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Measurable;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;

/** Records as a listener gets them, and producers that remember. */
final class Records {
    static final int PARTITION = 5;

    private Records() {}

    /** A delivery that counts how often it is acknowledged. */
    static Delivery delivery(ProducerRecord<String, byte[]> sent, long offset, AtomicInteger acknowledged) {
        return new Delivery(received(sent, offset), acknowledged::incrementAndGet, consumer());
    }

    static Delivery delivery(ChatRequested requested, long offset, AtomicInteger acknowledged) {
        return delivery(RequestCodec.encode(requested), offset, acknowledged);
    }

    static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> sent, long offset) {
        return new ConsumerRecord<>(
                sent.topic(),
                PARTITION,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                new RecordHeaders(sent.headers()),
                Optional.empty());
    }

    /** A member of its group, whose heartbeats are counted. */
    static MockConsumer<String, byte[]> consumer() {
        MetricName name = new MetricName("heartbeat-total", "consumer-coordinator-metrics", "", Map.of());
        KafkaMetric heartbeats =
                new KafkaMetric(new Object(), name, (Measurable) (_, _) -> 0, new MetricConfig(), Time.SYSTEM);
        return new MockConsumer<>("earliest") {
            @Override
            public synchronized Map<MetricName, ? extends Metric> metrics() {
                return Map.of(name, heartbeats);
            }
        };
    }

    static MockProducer<String, byte[]> producer(boolean acknowledgesAtOnce) {
        return new MockProducer<>(acknowledgesAtOnce, null, new StringSerializer(), new ByteArraySerializer());
    }

    static MockProducer<byte[], byte[]> bytesProducer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
