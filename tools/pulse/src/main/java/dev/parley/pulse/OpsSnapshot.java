package dev.parley.pulse;

import dev.parley.pulse.metrics.Replica.Gauge;
import dev.parley.pulse.turns.EndedTurn;
import dev.parley.pulse.turns.Percentiles;
import dev.parley.pulse.turns.TurnStatistics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state that the page shows, as its JSON. Unknown values are null or absent.
 *
 * @param minute statistics of the turns that ended within a minute
 * @param history statistics of the turns that ended within the history
 * @param ended number of turns that ended in each sixtieth of the history, oldest first
 * @param rates by topic, records written per second; empty until there are two readings
 * @param dead by topic of dead letters, the records that it holds; empty if Kafka was not reached
 * @param lags by consumer group, the records that it has not processed
 * @param ages by consumer group, seconds since the oldest record was written that it has not processed
 * @param services by service and address, whether a replica was reached
 * @param stored delay until turns were in the table, within a minute; null if none were stored
 * @param lookups look-ups in Redis within a minute by outcome; null if no inference-service was reached
 * @param failures by consumer, {@code storage} or {@code cache}, the deliveries of turns within a minute that failed and are
 *     repeated; absent if no replica was reached
 * @param slowest the slowest answers of the history
 */
record OpsSnapshot(
        Instant at,
        TurnStatistics minute,
        TurnStatistics history,
        List<Integer> ended,
        Map<String, Double> rates,
        Map<String, Long> dead,
        Map<String, Long> lags,
        Map<String, Double> ages,
        Map<String, Map<String, Boolean>> services,
        Map<String, Gauge> gauges,
        Optional<Percentiles> stored,
        Optional<Map<String, Double>> lookups,
        Map<String, Double> failures,
        List<EndedTurn> slowest) {}
