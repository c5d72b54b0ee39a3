package dev.parley.pulse.kafka;

import java.util.Map;

/**
 * The offsets of the topics and groups at one moment.
 *
 * @param written by topic, the sum of the partitions' end offsets
 * @param dead by topic of dead letters, the records that it holds
 * @param lags by consumer group, the records that it has not processed; without groups whose offsets are unknown
 */
public record OffsetReading(Map<String, Long> written, Map<String, Long> dead, Map<String, Long> lags) {}
