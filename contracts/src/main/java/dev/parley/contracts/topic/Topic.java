package dev.parley.contracts.topic;

import java.time.Duration;
import java.util.Map;

/**
 * One topic as operators see it.
 *
 * @param partitions how far its readers can scale
 * @param retention how long a record can be read
 * @param recordBytesMax the largest batch the broker takes, in bytes
 */
public record Topic(String name, int partitions, Duration retention, int recordBytesMax) {
    /** Where a record goes that its reader could not process, with the reason in its headers. */
    public Topic dead() {
        return new Topic(name + ".dead", 1, Duration.ofDays(28), recordBytesMax);
    }

    /** The broker's settings for this topic. Segments roll often enough for the retention to be kept within an eighth. */
    public Map<String, String> settings() {
        return Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(retention.toMillis()),
                "segment.ms", Long.toString(Math.max(retention.toMillis() / 8, 60_000)),
                "max.message.bytes", Integer.toString(recordBytesMax));
    }
}
