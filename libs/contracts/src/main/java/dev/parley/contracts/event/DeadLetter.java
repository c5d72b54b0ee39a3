package dev.parley.contracts.event;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
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

    /**
     * The dead letter of a record.
     *
     * @param reason for operators; contains no message text; truncated to 1,000 characters
     */
    public static ProducerRecord<byte[], byte[]> of(
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String reason) {
        RecordHeaders kept = new RecordHeaders(headers);
        new EventHeaders(kept)
                .put(REASON, reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX)))
                .put(TOPIC, topic)
                .put(PARTITION, Integer.toString(partition))
                .put(OFFSET, Long.toString(offset));
        return new ProducerRecord<>(topic + ".dead", null, key, value, kept);
    }

    /**
     * The dead letter of a record that is too large for its topic: without the value, with the first 16 KiB of the headers,
     * and without a key above 1 KiB. It has about 20 KiB at most, below the limit of every topic. The reason states the size
     * of the value, which remains at its origin only.
     */
    public static ProducerRecord<byte[], byte[]> cutDown(
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String reason) {
        RecordHeaders kept = new RecordHeaders();
        int left = HEADERS_BYTES_MAX;
        for (Header header : headers) {
            left -= size(header);
            if (left < 0) {
                break;
            }
            kept.add(header);
        }
        String missing = "; too large for a dead letter, its value of " + (value == null ? 0 : value.length)
                + " bytes is only at its origin";
        String beginning = reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX - missing.length()));
        return of(
                topic,
                partition,
                offset,
                key == null || key.length > KEY_BYTES_MAX ? null : key,
                null,
                kept,
                beginning + missing);
    }

    private static int size(Header header) {
        return header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
}
