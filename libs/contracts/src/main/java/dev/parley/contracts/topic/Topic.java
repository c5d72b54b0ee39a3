package dev.parley.contracts.topic;

import java.time.Duration;
import java.util.Map;

/**
 * One topic as operators see it.
 *
 * @param partitions how far its readers can scale
 * @param retention how long a record can be read; of a compacted topic, how long one that was replaced can be
 * @param compacted whether the newest record of each key stays for good
 * @param recordBytesMax the largest batch the broker takes, in bytes
 */
public record Topic(String name, int partitions, Duration retention, boolean compacted, int recordBytesMax) {
    /** One whose records go with time. */
    Topic(String name, int partitions, Duration retention, int recordBytesMax) {
        this(name, partitions, retention, false, recordBytesMax);
    }

    /** Where a record goes that its reader could not process, with the reason in its headers. */
    public Topic dead() {
        return new Topic(name + ".dead", 1, Duration.ofDays(28), recordBytesMax);
    }

    /** The broker's settings for this topic. Segments roll often enough for the retention to be kept within an eighth. */
    public Map<String, String> settings() {
        String kept = Long.toString(retention.toMillis());
        return Map.of(
                "cleanup.policy",
                compacted ? "compact" : "delete",
                compacted ? "min.compaction.lag.ms" : "retention.ms",
                kept,
                "segment.ms",
                Long.toString(Math.max(retention.toMillis() / 8, 60_000)),
                "max.message.bytes",
                Integer.toString(recordBytesMax));
    }
}
