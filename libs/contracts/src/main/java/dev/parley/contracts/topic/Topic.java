package dev.parley.contracts.topic;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A topic and its settings.
 *
 * @param partitions the upper bound for the number of consumers in a group
 * @param retention how long a record is kept; in a compacted topic, how long a replaced record is
 * @param compacted whether the newest record of each key is kept for ever
 * @param recordBytesMax the largest record batch that the broker accepts, in bytes
 */
public record Topic(String name, int partitions, Duration retention, boolean compacted, int recordBytesMax) {
    /** A topic whose records expire. */
    Topic(String name, int partitions, Duration retention, int recordBytesMax) {
        this(name, partitions, retention, false, recordBytesMax);
    }

    /** The topic of dead letters: records that could not be processed, with the reason in their headers. */
    public Topic dead() {
        return new Topic(name + ".dead", 1, Duration.ofDays(28), recordBytesMax);
    }

    /**
     * The broker's settings of the topic. The segment time is an eighth of the retention, so that records expire at most
     * that late; at least 1 minute.
     */
    public Map<String, String> settings() {
        String kept = Long.toString(retention.toMillis());
        Map<String, String> settings = new TreeMap<>(Map.ofEntries(
                entry("cleanup.policy", compacted ? "compact" : "delete"),
                entry(compacted ? "min.compaction.lag.ms" : "retention.ms", kept),
                entry("segment.ms", Long.toString(Math.max(retention.toMillis() / 8, 60_000))),
                entry("max.message.bytes", Integer.toString(recordBytesMax))));
        if (compacted) {
            // Else replaced records stay until they are half of the topic.
            settings.put("max.compaction.lag.ms", kept);
        }
        return settings;
    }
}
