package dev.parley.persistence.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Consumer records with the contents of producer records. */
final class TestRecord {
    private TestRecord() {}

    static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<String, byte[]> sent, long offset) {
        return withValue(sent, offset, sent.value());
    }

    static ConsumerRecord<byte[], byte[]> withValue(
            ProducerRecord<String, byte[]> sent, long offset, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                "chat.turns",
                3,
                offset,
                1_700_000_000_000L,
                TimestampType.CREATE_TIME,
                4,
                value == null ? -1 : value.length,
                requireNonNull(sent.key()).getBytes(UTF_8),
                value,
                new RecordHeaders(sent.headers()),
                Optional.empty());
    }
}
