package dev.parley.pulse;

import dev.parley.pulse.kafka.OffsetReader.OffsetReading;
import dev.parley.pulse.metrics.Replica;
import dev.parley.pulse.metrics.Replica.Gauge;
import dev.parley.pulse.turns.EndedTurn;
import dev.parley.pulse.turns.Percentiles;
import dev.parley.pulse.turns.RecentTurns;
import dev.parley.pulse.turns.TurnStatistics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The recent readings, and the snapshot made of them. */
final class OpsReadings {
    /** How far back ended turns are shown. */
    static final Duration HISTORY = Duration.ofMinutes(5);

    /** Bound of one reading; values that were not read by then are unknown. */
    static final Duration TIMEOUT = Duration.ofMillis(1_500);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration RATE_SPAN = Duration.ofSeconds(15);
    private static final int TURNS_MAX = 10_000;
    private static final int BUCKETS = 60;
    private static final int SLOWEST = 8;

    private record Metric(String service, String name) {}

    /** Gauges, by their name on the page. */
    private static final Map<String, Metric> GAUGES = Map.of(
            "open_streams", new Metric("gateway-service", "parley_gateway_answers_open"),
            "resumed_streams", new Metric("gateway-service", "parley_gateway_answers_resumed"),
            "generations_running", new Metric("inference-service", "parley_inference_generations_running"),
            "models_suspended", new Metric("inference-service", "parley_inference_models_suspended"));

    private static final Metric LOOKUPS = new Metric("inference-service", "parley_cache_lookup_seconds_count");
    private static final Metric STORED = new Metric("persistence-worker", "parley_persistence_lag_seconds_bucket");

    /** Batches of {@code chat.turns} that a consumer could not process, and repeats. */
    private static final String LISTENER = "spring_kafka_listener_seconds_count";

    private static final Map<String, Metric> DELIVERIES = Map.of(
            "storage", new Metric("persistence-worker", LISTENER), "cache", new Metric("cache-service", LISTENER));

    private static final String AGE = "parley_group_oldest_age_seconds";

    /** The names of the metrics that are read; scraping drops all others. */
    static final Set<String> METRICS = Stream.concat(
                    Stream.of(AGE, LISTENER, LOOKUPS.name(), STORED.name()),
                    GAUGES.values().stream().map(Metric::name))
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, String> groups;
    private final Clock clock;
    private final RecentTurns turns;
    private final MetricHistory<OffsetReading> offsets;
    private final MetricHistory<Map<String, List<Replica>>> services;

    /**
     * Makes empty ones. Values are unknown after three intervals without a new reading.
     *
     * @param groups by the name on the page, the consumer group
     */
    OpsReadings(Map<String, String> groups, Duration refresh, Clock clock) {
        this.groups = groups;
        Duration fresh = refresh.multipliedBy(3).plus(TIMEOUT);
        this.clock = clock;
        this.turns = new RecentTurns(HISTORY, TURNS_MAX, clock);
        this.offsets = new MetricHistory<>(RATE_SPAN, fresh, clock);
        this.services = new MetricHistory<>(MINUTE, fresh, clock);
    }

    RecentTurns turns() {
        return turns;
    }

    void add(OffsetReading reading) {
        offsets.add(reading);
    }

    /** Adds a reading of the replicas, by the name of the service. */
    void add(Map<String, List<Replica>> reading) {
        services.add(reading);
    }

    OpsSnapshot snapshot() {
        Instant now = clock.instant();
        List<EndedTurn> ended = turns.within(HISTORY);
        return new OpsSnapshot(
                now,
                TurnStatistics.of(turns.within(MINUTE), turns.known(MINUTE)),
                TurnStatistics.of(ended, turns.known(HISTORY)),
                buckets(ended, now),
                rates(),
                offsets.last().map(OffsetReading::dead).orElse(Map.of()),
                offsets.last().map(OffsetReading::lags).orElse(Map.of()),
                ages(),
                reached(),
                gauges(),
                stored(),
                growth(LOOKUPS, "outcome"),
                failures(),
                slowest(ended));
    }

    private static List<Integer> buckets(List<EndedTurn> ended, Instant now) {
        int[] counts = new int[BUCKETS];
        for (EndedTurn turn : ended) {
            long age = Duration.between(turn.endedAt(), now).toMillis();
            counts[Math.clamp(BUCKETS - 1 - age * BUCKETS / HISTORY.toMillis(), 0, BUCKETS - 1)]++;
        }
        return IntStream.of(counts).boxed().toList();
    }

    private Map<String, Double> rates() {
        Map<String, Double> rates = new TreeMap<>();
        List<MetricHistory.Entry<OffsetReading>> read = offsets.entries();
        if (read.size() > 1) {
            var first = read.getFirst();
            var last = read.getLast();
            double seconds = Duration.between(first.at(), last.at()).toMillis() / 1e3;
            last.reading().written().forEach((topic, written) -> {
                Long before = first.reading().written().get(topic);
                if (before != null && seconds > 0) {
                    rates.put(topic, Math.max(0, written - before) / seconds);
                }
            });
        }
        return rates;
    }

    /** A replica counts as reached if one of the last two readings reached it. */
    private Map<String, Map<String, Boolean>> reached() {
        List<MetricHistory.Entry<Map<String, List<Replica>>>> read = services.entries();
        Map<String, List<Replica>> before =
                read.size() < 2 ? Map.of() : read.get(read.size() - 2).reading();
        Map<String, Map<String, Boolean>> reached = new TreeMap<>();
        lastOfServices().forEach((service, replicas) -> {
            Map<String, Boolean> ofService = new LinkedHashMap<>();
            replicas.forEach(replica -> ofService.put(replica.address(), replica.isReached()));
            before.getOrDefault(service, List.of()).stream()
                    .filter(Replica::isReached)
                    .forEach(replica -> ofService.replace(replica.address(), true));
            reached.put(service, ofService);
        });
        return reached;
    }

    private Map<String, List<Replica>> lastOfServices() {
        return services.last().orElse(Map.of());
    }

    /** A service may export another group too, such as one that rebuilds a table. */
    private Map<String, Double> ages() {
        Map<String, Double> found = new TreeMap<>();
        lastOfServices().values().forEach(replicas -> found.putAll(Replica.greatest(replicas, AGE, "group")));
        Map<String, Double> ages = new TreeMap<>();
        groups.forEach((name, group) -> Optional.ofNullable(found.get(group)).ifPresent(age -> ages.put(name, age)));
        return ages;
    }

    private Map<String, Gauge> gauges() {
        Map<String, Gauge> gauges = new TreeMap<>();
        GAUGES.forEach((name, metric) -> Replica.gauge(
                        lastOfServices().getOrDefault(metric.service(), List.of()), metric.name())
                .ifPresent(gauge -> gauges.put(name, gauge)));
        return gauges;
    }

    private Optional<Percentiles> stored() {
        SortedMap<Double, Double> cumulative = new TreeMap<>();
        growth(STORED, "le")
                .ifPresent(growth -> growth.forEach((end, count) -> cumulative.put(
                        end.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(end), count)));
        return Percentiles.ofBuckets(cumulative);
    }

    private Map<String, Double> failures() {
        Map<String, Double> failures = new TreeMap<>();
        DELIVERIES.forEach((consumer, metric) -> growth(metric, "result")
                .ifPresent(growth -> failures.put(consumer, growth.getOrDefault("failure", 0.0))));
        return failures;
    }

    private Optional<Map<String, Double>> growth(Metric metric, String label) {
        List<List<Replica>> readings = services.entries().stream()
                .flatMap(entry -> Stream.ofNullable(entry.reading().get(metric.service())))
                .toList();
        return Replica.growth(readings, metric.name(), label);
    }

    private static List<EndedTurn> slowest(List<EndedTurn> ended) {
        return ended.stream()
                .sorted(Comparator.comparingDouble(
                                (EndedTurn turn) -> turn.timings().totalMs())
                        .reversed())
                .limit(SLOWEST)
                .toList();
    }
}
