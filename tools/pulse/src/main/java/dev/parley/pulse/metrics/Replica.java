package dev.parley.pulse.metrics;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One process of a service at one moment.
 *
 * @param samples empty if it was not reached
 */
public record Replica(String address, Optional<Samples> samples) {
    /**
     * The sum of a gauge over the replicas.
     *
     * @param whole whether all replicas were reached; otherwise the true sum may be higher
     */
    public record Gauge(double value, boolean whole) {}

    /** Empty if no replica that was reached has this metric. */
    public static Optional<Gauge> gauge(List<Replica> replicas, String metric) {
        boolean whole = replicas.stream().allMatch(Replica::isReached);
        return replicas.stream()
                .flatMap(replica -> replica.samples().stream())
                .flatMap(samples -> samples.sum(metric).stream().boxed())
                .reduce(Double::sum)
                .map(sum -> new Gauge(sum, whole));
    }

    /** The greatest value of a gauge over the replicas, by the value of a label. */
    public static Map<String, Double> greatest(List<Replica> replicas, String metric, String label) {
        Map<String, Double> greatest = new TreeMap<>();
        replicas.forEach(replica ->
                replica.sums(metric, label).forEach((value, sum) -> greatest.merge(value, sum, Double::max)));
        return greatest;
    }

    /**
     * The growth of a counter between the first reading and the last, by the value of a label. Each replica that was
     * reached now counts from the first reading that reached it. One that was restarted meanwhile counts from zero.
     *
     * @param readings of the replicas of one service, oldest first
     * @return empty if no replica was reached now
     */
    public static Optional<Map<String, Double>> growth(List<List<Replica>> readings, String metric, String label) {
        List<Replica> now = readings.isEmpty()
                ? List.of()
                : readings.getLast().stream().filter(Replica::isReached).toList();
        Map<String, Double> growth = new TreeMap<>();
        for (Replica replica : now) {
            Map<String, Double> first = readings.stream()
                    .flatMap(List::stream)
                    .filter(earlier -> earlier.isReached() && earlier.address().equals(replica.address()))
                    .findFirst()
                    .orElse(replica)
                    .sums(metric, label);
            replica.sums(metric, label).forEach((value, sum) -> {
                double before = first.getOrDefault(value, 0.0);
                growth.merge(value, sum < before ? sum : sum - before, Double::sum);
            });
        }
        return now.isEmpty() ? Optional.empty() : Optional.of(growth);
    }

    public boolean isReached() {
        return samples.isPresent();
    }

    private Map<String, Double> sums(String metric, String label) {
        return samples.map(all -> all.sums(metric, label)).orElse(Map.of());
    }
}
