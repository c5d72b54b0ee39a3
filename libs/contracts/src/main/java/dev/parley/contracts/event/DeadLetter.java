package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be processed, to be written to {@code <topic>.dead}: key, value and headers are unchanged, four
 * headers are added for the reason and the origin.
 */
public final class DeadLetter {
    public static final String REASON = "dead_reason";
    public static final String TOPIC = "dead_topic";
    public static final String PARTITION = "dead_partition";
    public static final String OFFSET = "dead_offset";

    private static final int REASON_CHARACTERS_MAX = 1_000;
    private static final int KEY_BYTES_MAX = 1_024;
    private static final int HEADERS_BYTES_MAX = 16 * 1_024;

    private DeadLetter() {}

    /** The dead letter of a record. The reason, for operators, contains no message text, and is cut to 1,000 characters. */
    public static ProducerRecord<byte[], byte[]> of(ConsumerRecord<?, byte[]> source, String reason) {
        return letter(source, key(source), source.value(), new RecordHeaders(source.headers()), reason);
    }

    /**
     * The dead letter of a record that is too large for its topic: without the value, with the first 16 KiB of the headers,
     * and without a key above 1 KiB. It has about 20 KiB at most, below the limit of every topic. The reason states the size
     * of the value, which remains at its origin only.
     */
    public static ProducerRecord<byte[], byte[]> cutDown(ConsumerRecord<?, byte[]> source, String reason) {
        RecordHeaders kept = new RecordHeaders();
        int left = HEADERS_BYTES_MAX;
        for (Header header : source.headers()) {
            left -= header.key().length() + (header.value() == null ? 0 : header.value().length);
            if (left < 0) {
                break;
            }
            kept.add(header);
        }
        String missing = "; too large for a dead letter, its value of "
                + (source.value() == null ? 0 : source.value().length) + " bytes is only at its origin";
        String beginning = reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX - missing.length()));
        byte[] key = key(source);
        byte[] shortKey = key == null || key.length > KEY_BYTES_MAX ? null : key;
        return letter(source, shortKey, null, kept, beginning + missing);
    }

    private static byte @Nullable [] key(ConsumerRecord<?, ?> source) {
        return switch (source.key()) {
            case null -> null;
            case byte[] bytes -> bytes;
            case Object text -> text.toString().getBytes(UTF_8);
        };
    }

    private static ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<?, ?> source,
            byte @Nullable [] key,
            byte @Nullable [] value,
            RecordHeaders headers,
            String reason) {
        new EventHeaders(headers)
                .put(REASON, reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX)))
                .put(TOPIC, source.topic())
                .put(PARTITION, Integer.toString(source.partition()))
                .put(OFFSET, Long.toString(source.offset()));
        return new ProducerRecord<>(source.topic() + ".dead", null, key, value, headers);
    }
}
