package dev.parley.pulse;

import dev.parley.pulse.metrics.ServiceReading.Gauge;
import dev.parley.pulse.turns.EndedTurn;
import dev.parley.pulse.turns.Percentiles;
import dev.parley.pulse.turns.TurnStatistics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the page shows at one moment, as its JSON. What is unknown is null or absent.
 *
 * @param minute of the turns that ended within a minute
 * @param history of those that ended within the history
 * @param ended how many ended in each {@code bucketSeconds} of the history, oldest first
 * @param rates by topic, records written in a second; empty until there are two readings
 * @param dead by topic of dead letters, the records that it holds; empty if Kafka did not answer
 * @param lags by consumer group, the records that it has not finished
 * @param services by service and address, whether a replica was reached
 * @param stored how long turns took until they were in the table, within a minute; null if none were stored
 * @param lookups look-ups in Redis within a minute by outcome; null if no inference-service was reached
 * @param slowest the slowest answers of the history
 */
record OpsSnapshot(
        Instant at,
        TurnStatistics minute,
        TurnStatistics history,
        int bucketSeconds,
        List<Integer> ended,
        Map<String, Double> rates,
        Map<String, Long> dead,
        Map<String, Long> lags,
        Map<String, Map<String, Boolean>> services,
        Map<String, Gauge> gauges,
        Optional<Percentiles> stored,
        Optional<Map<String, Double>> lookups,
        List<EndedTurn> slowest) {}
