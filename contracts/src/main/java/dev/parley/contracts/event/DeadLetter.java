package dev.parley.contracts.event;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be processed, on its way to {@code <topic>.dead}: key, value and headers as they were, and
 * why and whence in four more headers.
 */
public final class DeadLetter {
    public static final String REASON = "dead_reason";
    public static final String TOPIC = "dead_topic";
    public static final String PARTITION = "dead_partition";
    public static final String OFFSET = "dead_offset";

    private static final int REASON_CHARACTERS_MAX = 1_000;

    private DeadLetter() {}

    /**
     * The dead letter of a record.
     *
     * @param reason for an operator; no message text, cut after 1,000 characters
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
}
