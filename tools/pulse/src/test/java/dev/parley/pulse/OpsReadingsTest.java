package dev.parley.pulse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.pulse.kafka.OffsetReader.OffsetReading;
import dev.parley.pulse.metrics.Replica;
import dev.parley.pulse.metrics.Replica.Gauge;
import dev.parley.pulse.metrics.Samples;
import dev.parley.pulse.metrics.Samples.Sample;
import dev.parley.pulse.turns.Percentiles;
import dev.parley.pulse.turns.SampleTurns;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class OpsReadingsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String RUNNING = "parley_inference_generations_running";

    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final OpsReadings readings =
            new OpsReadings(Map.of("persistence-worker", "persistence-worker-2"), Duration.ofSeconds(2), clock);

    @Test
    void isUnknownBeforeTheFirstReading() {
        OpsSnapshot snapshot = readings.snapshot();
        assertThat(snapshot.rates()).isEmpty();
        assertThat(snapshot.dead()).isEmpty();
        assertThat(snapshot.lags()).isEmpty();
        assertThat(snapshot.services()).isEmpty();
        assertThat(snapshot.gauges()).isEmpty();
        assertThat(snapshot.stored()).isEmpty();
        assertThat(snapshot.lookups()).isEmpty();
    }

    @Test
    void anUnreachableServiceIsUnknown() {
        add("inference-service", down("a"), down("b"));
        assertThat(readings.snapshot().gauges()).isEmpty();
        assertThat(readings.snapshot().services())
                .isEqualTo(Map.of("inference-service", Map.of("a", false, "b", false)));
    }

    @Test
    void oneMissedReadingIsNoOutage() {
        add("inference-service", up("a", 3));
        add("inference-service", down("a"));
        assertThat(readings.snapshot().services()).isEqualTo(Map.of("inference-service", Map.of("a", true)));
        add("inference-service", down("a"));
        assertThat(readings.snapshot().services()).isEqualTo(Map.of("inference-service", Map.of("a", false)));
    }

    /** Under the name on the page; not of a group that rebuilds a table beside it. */
    @Test
    void showsTheGreatestAgeOfAGroup() {
        add(
                "persistence-worker",
                behind("a", "persistence-worker-2", 420),
                behind("b", "persistence-worker-2", 415),
                behind("c", "persistence-worker-3", 86_400));
        assertThat(readings.snapshot().ages()).isEqualTo(Map.of("persistence-worker", 420.0));
    }

    @Test
    void sumsReplicasAndReportsWhetherAllWereReached() {
        add("inference-service", up("a", 3), up("b", 4));
        assertThat(readings.snapshot().gauges()).containsEntry("generations_running", new Gauge(7, true));
        add("inference-service", up("a", 3), down("b"));
        assertThat(readings.snapshot().gauges()).containsEntry("generations_running", new Gauge(3, false));
    }

    @Test
    void oldReadingsAreUnknown() {
        add("inference-service", up("a", 3));
        readings.add(reading(0, Map.of("inference-service", 1L)));
        clock.add(Duration.ofSeconds(8));
        OpsSnapshot snapshot = readings.snapshot();
        assertThat(snapshot.gauges()).isEmpty();
        assertThat(snapshot.services()).isEmpty();
        assertThat(snapshot.rates()).isEmpty();
        assertThat(snapshot.dead()).isEmpty();
        assertThat(snapshot.lags()).isEmpty();
    }

    @Test
    void ratesAreMeasuredBetweenTwoReadings() {
        readings.add(reading(100, Map.of("inference-service", 5L)));
        assertThat(readings.snapshot().rates()).isEmpty();
        assertThat(readings.snapshot().lags()).isEqualTo(Map.of("inference-service", 5L));
        assertThat(readings.snapshot().dead()).isEqualTo(Map.of("chat.requests.dead", 2L));
        clock.add(Duration.ofSeconds(2));
        readings.add(reading(130, Map.of()));
        assertThat(readings.snapshot().rates()).isEqualTo(Map.of("chat.requests", 15.0));
        assertThat(readings.snapshot().lags()).isEmpty();
    }

    @Test
    void counterOfARestartedReplicaGrowsFromZero() {
        add(lookups(100), stored(10, 0));
        clock.add(Duration.ofSeconds(30));
        add(lookups(140), stored(10, 20));
        assertThat(readings.snapshot().lookups()).contains(Map.of("found", 40.0));
        assertThat(readings.snapshot().stored()).contains(new Percentiles(20, 200, 200));
        add(lookups(7), stored(10, 20));
        assertThat(readings.snapshot().lookups()).contains(Map.of("found", 7.0));
    }

    @Test
    void countsDeliveriesThatFailed() {
        add("persistence-worker", deliveries(5, 0));
        assertThat(readings.snapshot().failures()).isEqualTo(Map.of("storage", 0.0));
        clock.add(Duration.ofSeconds(2));
        add("persistence-worker", deliveries(6, 3));
        assertThat(readings.snapshot().failures()).isEqualTo(Map.of("storage", 3.0));
    }

    @Test
    void listsTheSlowestTurnsAndCountsTheEndedOnes() {
        IntStream.range(0, 20).forEach(i -> readings.turns().add(SampleTurns.uncached(NOON.minusSeconds(i * 10L), i)));
        OpsSnapshot snapshot = readings.snapshot();
        assertThat(snapshot.slowest())
                .extracting(slow -> slow.timings().claudeMs())
                .containsExactly(Stream.of(19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)
                        .map(OptionalDouble::of)
                        .toArray(OptionalDouble[]::new));
        assertThat(snapshot.ended()).hasSize(60).endsWith(0, 1, 0, 1);
        assertThat(snapshot.ended().stream().mapToInt(count -> count).sum()).isEqualTo(20);
        assertThat(snapshot.minute().ended()).isEqualTo(7);
        assertThat(snapshot.history().ended()).isEqualTo(20);
    }

    private void add(String service, Replica... replicas) {
        readings.add(Map.of(service, List.of(replicas)));
    }

    private void add(Replica inference, Replica persistence) {
        readings.add(Map.of("inference-service", List.of(inference), "persistence-worker", List.of(persistence)));
    }

    private static OffsetReading reading(long written, Map<String, Long> lags) {
        return new OffsetReading(Map.of("chat.requests", written), Map.of("chat.requests.dead", 2L), lags);
    }

    private static Replica up(String address, double running) {
        return replica(address, new Sample(RUNNING, Map.of(), running));
    }

    private static Replica behind(String address, String group, double seconds) {
        Map<String, String> labels = Map.of("group", group, "topic", "chat.turns");
        return replica(address, new Sample("parley_group_oldest_age_seconds", labels, seconds));
    }

    private static Replica down(String address) {
        return new Replica(address, Optional.empty());
    }

    private static Replica lookups(double found) {
        return replica("a", new Sample("parley_cache_lookup_seconds_count", Map.of("outcome", "found"), found));
    }

    private static Replica deliveries(double succeeded, double failed) {
        String name = "spring_kafka_listener_seconds_count";
        return replica(
                "a",
                new Sample(name, Map.of("result", "success"), succeeded),
                new Sample(name, Map.of("result", "failure"), failed));
    }

    /** A histogram with {@code quick} values up to 0.1 s and {@code slow} more up to 0.2 s. */
    private static Replica stored(double quick, double slow) {
        String name = "parley_persistence_lag_seconds_bucket";
        return replica(
                "a",
                new Sample(name, Map.of("le", "0.1"), quick),
                new Sample(name, Map.of("le", "0.2"), quick + slow),
                new Sample(name, Map.of("le", "+Inf"), quick + slow));
    }

    private static Replica replica(String address, Sample... samples) {
        return new Replica(address, Optional.of(new Samples(List.of(samples))));
    }
}
