package dev.parley.gateway.pulse;

import dev.parley.gateway.pulse.ServiceReading.Replica;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What the services showed in the last minute. Written by who reads them, read by others. */
final class ServiceHistory {
    private static final Duration SPAN = Duration.ofMinutes(1);
    /** A bound that is met only if readings come more often than any setting allows. */
    private static final int READINGS_MAX = 120;

    private record Reading(Instant at, List<ServiceReading> services) {}

    /** Guarded by this. Oldest first. */
    private final Deque<Reading> readings = new ArrayDeque<>();

    private final Duration fresh;
    private final Clock clock;

    /**
     * Makes an empty one.
     *
     * @param fresh how old the last reading may be to say anything
     */
    ServiceHistory(Duration fresh, Clock clock) {
        this.fresh = fresh;
        this.clock = clock;
    }

    synchronized void add(List<ServiceReading> services) {
        Instant now = clock.instant();
        readings.addLast(new Reading(now, List.copyOf(services)));
        while (readings.size() > READINGS_MAX || readings.getFirst().at().isBefore(now.minus(SPAN))) {
            readings.removeFirst();
        }
    }

    /** The services as they were last seen; none if that is too long ago. */
    synchronized List<ServiceReading> services() {
        Reading last = readings.peekLast();
        return last == null || last.at().isBefore(clock.instant().minus(fresh)) ? List.of() : last.services();
    }

    /** The sum over the replicas that were reached; empty if there is none with such a metric. */
    Optional<Gauge> gauge(String service, String metric) {
        return find(services(), service).flatMap(reading -> {
            double[] values = reading.replicas().stream()
                    .flatMap(replica -> replica.samples().stream())
                    .map(samples -> samples.sum(metric))
                    .filter(OptionalDouble::isPresent)
                    .mapToDouble(OptionalDouble::getAsDouble)
                    .toArray();
            return values.length == 0
                    ? Optional.empty()
                    : Optional.of(new Gauge(Arrays.stream(values).sum(), reading.isWhole()));
        });
    }

    /**
     * How much a counter has grown within the last minute, by the value of a label, over all replicas that were reached
     * then and now. A replica that has begun anew meanwhile counts from its beginning.
     *
     * @return empty if no replica was reached
     */
    Optional<Map<String, Double>> growth(String service, String metric, String label) {
        List<Replica> now = find(services(), service).stream()
                .flatMap(reading -> reading.replicas().stream())
                .filter(replica -> replica.samples().isPresent())
                .toList();
        if (now.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Double> growth = new TreeMap<>();
        for (Replica replica : now) {
            Map<String, Double> last = sums(replica, metric, label);
            first(service, replica.address()).ifPresent(earlier -> {
                Map<String, Double> first = sums(earlier, metric, label);
                last.forEach((value, sum) -> {
                    double begun = first.getOrDefault(value, 0.0);
                    growth.merge(value, sum < begun ? sum : sum - begun, Double::sum);
                });
            });
        }
        return Optional.of(growth);
    }

    private static Map<String, Double> sums(Replica replica, String metric, String label) {
        return replica.samples().map(samples -> samples.sums(metric, label)).orElse(Map.of());
    }

    private synchronized Optional<Replica> first(String service, String address) {
        return readings.stream()
                .flatMap(reading -> find(reading.services(), service).stream())
                .flatMap(reading -> reading.replicas().stream())
                .filter(replica -> replica.address().equals(address))
                .filter(replica -> replica.samples().isPresent())
                .findFirst();
    }

    private static Optional<ServiceReading> find(List<ServiceReading> readings, String service) {
        return readings.stream()
                .filter(reading -> reading.service().equals(service))
                .findFirst();
    }
}
