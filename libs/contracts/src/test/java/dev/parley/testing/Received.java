package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records as a consumer receives them. The partition and the time are 0 if the sent record has none. */
public final class Received {
    private Received() {}

    public static ConsumerRecord<String, byte[]> of(ProducerRecord<String, byte[]> sent, long offset) {
        return with(sent, offset, sent.key(), sent.value());
    }

    /** The record for a consumer of bytes. */
    public static ConsumerRecord<byte[], byte[]> raw(ProducerRecord<String, byte[]> sent, long offset) {
        return raw(sent, offset, sent.value());
    }

    /** The record for a consumer of bytes, with another value. */
    public static ConsumerRecord<byte[], byte[]> raw(
            ProducerRecord<String, byte[]> sent, long offset, byte @Nullable [] value) {
        return with(sent, offset, sent.key().getBytes(UTF_8), value);
    }

    /** The record with another key and value. */
    @SuppressWarnings("NullAway") // Kafka hands out null keys and values; its types do not declare them nullable
    public static <K> ConsumerRecord<K, byte[]> with(
            ProducerRecord<String, byte[]> sent, long offset, @Nullable K key, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                sent.topic(),
                sent.partition() == null ? 0 : sent.partition(),
                offset,
                sent.timestamp() == null ? 0 : sent.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(sent.headers()),
                Optional.empty());
    }
}
