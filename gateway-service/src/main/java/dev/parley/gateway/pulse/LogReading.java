package dev.parley.gateway.pulse;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the offsets of the log say at one moment.
 *
 * @param written by topic, the sum of the partitions' ends; it grows by one with each record
 * @param held by topic, how many records it holds
 */
public record LogReading(Instant at, Map<String, Long> written, Map<String, Long> held, List<Backlog> backlogs) {
    public LogReading {
        written = Map.copyOf(written);
        held = Map.copyOf(held);
        backlogs = List.copyOf(backlogs);
    }

    /**
     * How many records of a topic a consumer group has not finished.
     *
     * @param records empty if that is not known
     */
    public record Backlog(String group, String topic, OptionalLong records) {}
}
