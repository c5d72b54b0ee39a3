package dev.parley.gateway.pulse;

import dev.parley.contracts.event.StageTimings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the page shows at one moment. What is not known is null.
 *
 * @param minute of the answers that ended within a minute
 * @param history of those that ended within the time that is looked back on
 * @param ended how many ended in each {@code bucketSeconds} of that time, oldest first
 * @param topics what the log says; none if it cannot be reached
 * @param gauges numbers of things that there are now; without those that are not known
 * @param stored how long turns took until they were in the table, within a minute; null if none were stored
 * @param lookups what became of look-ups in Redis within a minute; null if no inference-service was reached
 * @param slowest the slowest answers of the history
 */
public record Snapshot(
        Instant at,
        Answers minute,
        Answers history,
        int bucketSeconds,
        List<Integer> ended,
        List<TopicState> topics,
        List<ServiceState> services,
        Map<String, Gauge> gauges,
        Optional<Spread> stored,
        Optional<Map<String, Double>> lookups,
        List<SlowAnswer> slowest) {

    /**
     * A topic.
     *
     * @param perSecond records written in a second; null until two readings are there
     * @param dead records in its topic of dead letters
     */
    public record TopicState(String topic, Optional<Double> perSecond, Optional<Long> dead, List<GroupState> groups) {}

    /**
     * A reader of a topic.
     *
     * @param lag records that it has not finished; null if that is not known
     */
    public record GroupState(String group, Optional<Long> lag) {}

    /** A service. */
    public record ServiceState(String service, List<ReplicaState> replicas) {}

    /** One process of it. */
    public record ReplicaState(String address, boolean reached) {}

    /**
     * An answer, and where its time went.
     *
     * @param error the type of error it ended with; null if it did not
     */
    public record SlowAnswer(
            String generation,
            String tenant,
            String model,
            String cache,
            Instant endedAt,
            Optional<String> error,
            long inputTokens,
            long outputTokens,
            double costUsd,
            StageTimings timings,
            List<Call> calls) {}

    /** A call to Claude. */
    public record Call(String model, String outcome, int status, double durationMs) {}
}
