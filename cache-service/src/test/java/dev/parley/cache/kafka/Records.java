package dev.parley.cache.kafka;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Records as a listener gets them, and producers that remember. */
final class Records {
    static final int PARTITION = 5;

    private Records() {}

    /** A delivery that counts how often it is acknowledged. */
    static Delivery delivery(ProducerRecord<String, byte[]> sent, long offset, AtomicInteger acknowledged) {
        return new Delivery(received(sent, offset), acknowledged::incrementAndGet);
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

    static MockProducer<String, byte[]> producer(boolean acknowledgesAtOnce) {
        return new MockProducer<>(acknowledgesAtOnce, null, new StringSerializer(), new ByteArraySerializer());
    }

    static MockProducer<byte[], byte[]> bytesProducer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
