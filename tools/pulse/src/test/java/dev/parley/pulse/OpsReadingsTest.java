package dev.parley.pulse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.pulse.kafka.OffsetReader.OffsetReading;
import dev.parley.pulse.metrics.Samples;
import dev.parley.pulse.metrics.Samples.Sample;
import dev.parley.pulse.metrics.ServiceReading;
import dev.parley.pulse.metrics.ServiceReading.Gauge;
import dev.parley.pulse.metrics.ServiceReading.Replica;
import dev.parley.pulse.turns.Percentiles;
import dev.parley.pulse.turns.SampleTurns;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
        readings.add(List.of(new ServiceReading("inference-service", List.of(down("a"), down("b")))));
        assertThat(readings.snapshot().gauges()).isEmpty();
        assertThat(readings.snapshot().services())
                .isEqualTo(Map.of("inference-service", Map.of("a", false, "b", false)));
    }

    @Test
    void oneMissedReadingIsNoOutage() {
        readings.add(List.of(new ServiceReading("inference-service", List.of(up("a", 3)))));
        readings.add(List.of(new ServiceReading("inference-service", List.of(down("a")))));
        assertThat(readings.snapshot().services()).isEqualTo(Map.of("inference-service", Map.of("a", true)));
        readings.add(List.of(new ServiceReading("inference-service", List.of(down("a")))));
        assertThat(readings.snapshot().services()).isEqualTo(Map.of("inference-service", Map.of("a", false)));
    }

    /** Under the name on the page; not of a group that rebuilds a table beside it. */
    @Test
    void showsTheGreatestAgeOfAGroup() {
        readings.add(List.of(new ServiceReading(
                "persistence-worker",
                List.of(
                        behind("a", "persistence-worker-2", 420),
                        behind("b", "persistence-worker-2", 415),
                        behind("c", "persistence-worker-3", 86_400)))));
        assertThat(readings.snapshot().ages()).isEqualTo(Map.of("persistence-worker", 420.0));
    }

    @Test
    void sumsReplicasAndReportsWhetherAllWereReached() {
        readings.add(List.of(new ServiceReading("inference-service", List.of(up("a", 3), up("b", 4)))));
        assertThat(readings.snapshot().gauges()).containsEntry("generations_running", new Gauge(7, true));
        readings.add(List.of(new ServiceReading("inference-service", List.of(up("a", 3), down("b")))));
        assertThat(readings.snapshot().gauges()).containsEntry("generations_running", new Gauge(3, false));
    }

    @Test
    void oldReadingsAreUnknown() {
        readings.add(List.of(new ServiceReading("inference-service", List.of(up("a", 3)))));
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
        readings.add(List.of(lookups(100), stored(10, 0)));
        clock.add(Duration.ofSeconds(30));
        readings.add(List.of(lookups(140), stored(10, 20)));
        assertThat(readings.snapshot().lookups()).contains(Map.of("found", 40.0));
        assertThat(readings.snapshot().stored()).contains(new Percentiles(20, 200, 200));
        readings.add(List.of(lookups(7), stored(10, 20)));
        assertThat(readings.snapshot().lookups()).contains(Map.of("found", 7.0));
    }

    @Test
    void countsDeliveriesThatFailed() {
        readings.add(List.of(deliveries(5, 0)));
        assertThat(readings.snapshot().failures()).isEqualTo(Map.of("storage", 0.0));
        clock.add(Duration.ofSeconds(2));
        readings.add(List.of(deliveries(6, 3)));
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

    private static OffsetReading reading(long written, Map<String, Long> lags) {
        return new OffsetReading(Map.of("chat.requests", written), Map.of("chat.requests.dead", 2L), lags);
    }

    private static Replica up(String address, double running) {
        return new Replica(address, Optional.of(new Samples(List.of(new Sample(RUNNING, Map.of(), running)))));
    }

    private static Replica behind(String address, String group, double seconds) {
        Map<String, String> labels = Map.of("group", group, "topic", "chat.turns");
        Sample age = new Sample("parley_group_oldest_age_seconds", labels, seconds);
        return new Replica(address, Optional.of(new Samples(List.of(age))));
    }

    private static Replica down(String address) {
        return new Replica(address, Optional.empty());
    }

    private static ServiceReading lookups(double found) {
        return service(
                "inference-service",
                List.of(new Sample("parley_cache_lookup_seconds_count", Map.of("outcome", "found"), found)));
    }

    private static ServiceReading deliveries(double succeeded, double failed) {
        String name = "spring_kafka_listener_seconds_count";
        return service(
                "persistence-worker",
                List.of(
                        new Sample(name, Map.of("result", "success"), succeeded),
                        new Sample(name, Map.of("result", "failure"), failed)));
    }

    /** A histogram with {@code quick} values up to 0.1 s and {@code slow} more up to 0.2 s. */
    private static ServiceReading stored(double quick, double slow) {
        List<Sample> buckets = new ArrayList<>();
        Map.of("0.1", quick, "0.2", quick + slow, "+Inf", quick + slow)
                .forEach((end, count) ->
                        buckets.add(new Sample("parley_persistence_lag_seconds_bucket", Map.of("le", end), count)));
        return service("persistence-worker", buckets);
    }

    private static ServiceReading service(String service, List<Sample> samples) {
        return new ServiceReading(service, List.of(new Replica("a", Optional.of(new Samples(samples)))));
    }
}
