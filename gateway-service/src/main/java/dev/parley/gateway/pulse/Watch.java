package dev.parley.gateway.pulse;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.pulse.Snapshot.Call;
import dev.parley.gateway.pulse.Snapshot.GroupState;
import dev.parley.gateway.pulse.Snapshot.ReplicaState;
import dev.parley.gateway.pulse.Snapshot.ServiceState;
import dev.parley.gateway.pulse.Snapshot.SlowAnswer;
import dev.parley.gateway.pulse.Snapshot.TopicState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What was seen while somebody watches, and what is to be shown of it. */
public final class Watch {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int BUCKETS = 60;
    private static final int SLOWEST = 8;

    /** The topics of the picture. */
    private static final List<Topic> SHOWN = List.of(Topics.REQUESTS, Topics.DELTAS, Topics.TURNS);

    /** What is shown of the services' gauges: by the name on the page, the service and its metric. */
    private record Source(String service, String metric) {}

    private static final Map<String, Source> GAUGES = Map.of(
            "open_streams", new Source("gateway-service", "parley_gateway_answers_open"),
            "resumed_streams", new Source("gateway-service", "parley_gateway_answers_resumed"),
            "generations_running", new Source("inference-service", "parley_inference_generations_running"),
            "models_spared", new Source("inference-service", "parley_inference_models_spared"));

    private static final String LOOKUPS = "parley_cache_lookup_seconds_count";
    private static final String STORED = "parley_persistence_lag_seconds_bucket";

    /** The metrics that are looked at; others need not be told. */
    public static final Set<String> METRICS = Stream.concat(
                    Stream.of(LOOKUPS, STORED), GAUGES.values().stream().map(Source::metric))
            .collect(Collectors.toUnmodifiableSet());

    private final EndedTurns turns;
    private final LogHistory log;
    private final ServiceHistory services;
    private final Duration history;
    private final Clock clock;

    public Watch(PulseSettings settings, Clock clock) {
        Duration fresh = settings.refresh().multipliedBy(3).plus(settings.timeLimit());
        this.turns = new EndedTurns(settings.history(), settings.turnsMax(), clock);
        this.log = new LogHistory(fresh, clock);
        this.services = new ServiceHistory(fresh, clock);
        this.history = settings.history();
        this.clock = clock;
    }

    /** Where ended answers are told. */
    public EndedTurns turns() {
        return turns;
    }

    public void log(LogReading reading) {
        log.add(reading);
    }

    public void services(List<ServiceReading> readings) {
        services.add(readings);
    }

    Snapshot snapshot() {
        List<EndedTurn> ended = turns.within(history);
        Instant now = clock.instant();
        List<EndedTurn> latest = ended.stream()
                .filter(turn -> !turn.endedAt().isBefore(now.minus(MINUTE)))
                .toList();
        return new Snapshot(
                now,
                Answers.of(latest, turns.known(MINUTE)),
                Answers.of(ended, turns.known(history)),
                (int) history.dividedBy(BUCKETS).toSeconds(),
                buckets(ended, now),
                topics(),
                services.services().stream().map(Watch::state).toList(),
                gauges(),
                stored(),
                services.growth("inference-service", LOOKUPS, "outcome"),
                slowest(ended));
    }

    private List<Integer> buckets(List<EndedTurn> ended, Instant now) {
        int[] counts = new int[BUCKETS];
        for (EndedTurn turn : ended) {
            Duration age = Duration.between(turn.endedAt(), now);
            long bucket = BUCKETS - 1 - age.toMillis() * BUCKETS / history.toMillis();
            counts[Math.clamp(bucket, 0, BUCKETS - 1)]++;
        }
        return IntStream.of(counts).boxed().toList();
    }

    private List<TopicState> topics() {
        Map<String, Double> rates = log.perSecond();
        return log.last().stream()
                .flatMap(reading -> SHOWN.stream().map(topic -> state(topic, reading, rates)))
                .toList();
    }

    private static TopicState state(Topic topic, LogReading reading, Map<String, Double> rates) {
        return new TopicState(
                topic.name(),
                Optional.ofNullable(rates.get(topic.name())),
                Optional.ofNullable(reading.held().get(topic.dead().name())),
                reading.backlogs().stream()
                        .filter(backlog -> backlog.topic().equals(topic.name()))
                        .map(backlog -> new GroupState(
                                backlog.group(),
                                backlog.records().isPresent()
                                        ? Optional.of(backlog.records().getAsLong())
                                        : Optional.empty()))
                        .toList());
    }

    private static ServiceState state(ServiceReading reading) {
        return new ServiceState(
                reading.service(),
                reading.replicas().stream()
                        .map(replica -> new ReplicaState(
                                replica.address(), replica.samples().isPresent()))
                        .toList());
    }

    private Map<String, Gauge> gauges() {
        Map<String, Gauge> gauges = new TreeMap<>();
        GAUGES.forEach((name, source) ->
                services.gauge(source.service(), source.metric()).ifPresent(gauge -> gauges.put(name, gauge)));
        return gauges;
    }

    private Optional<Spread> stored() {
        SortedMap<Double, Double> cumulative = new TreeMap<>();
        services.growth("persistence-worker", STORED, "le")
                .ifPresent(growth -> growth.forEach((end, count) -> cumulative.put(
                        end.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(end), count)));
        return Spread.ofBuckets(cumulative);
    }

    private static List<SlowAnswer> slowest(List<EndedTurn> ended) {
        return ended.stream()
                .sorted(Comparator.comparingDouble(
                                (EndedTurn turn) -> turn.timings().totalMs())
                        .reversed())
                .limit(SLOWEST)
                .map(Watch::shown)
                .toList();
    }

    private static SlowAnswer shown(EndedTurn turn) {
        return new SlowAnswer(
                turn.generation().value(),
                turn.tenant().value(),
                turn.model(),
                turn.cache().text(),
                turn.endedAt(),
                turn.error().map(EndedTurn.Reason::type),
                turn.usage().inputTokens(),
                turn.usage().outputTokens(),
                turn.costUsd().doubleValue(),
                turn.timings(),
                turn.attempts().stream()
                        .map(attempt ->
                                new Call(attempt.model(), attempt.outcome(), attempt.status(), attempt.durationMs()))
                        .toList());
    }
}
