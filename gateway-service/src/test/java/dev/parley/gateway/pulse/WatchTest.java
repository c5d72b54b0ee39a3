package dev.parley.gateway.pulse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.TestClock;
import dev.parley.gateway.pulse.LogReading.Backlog;
import dev.parley.gateway.pulse.Samples.Sample;
import dev.parley.gateway.pulse.ServiceReading.Replica;
import dev.parley.gateway.pulse.Snapshot.GroupState;
import dev.parley.gateway.pulse.Snapshot.ReplicaState;
import dev.parley.gateway.pulse.Snapshot.ServiceState;
import dev.parley.gateway.pulse.Snapshot.TopicState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String RUNNING = "parley_inference_generations_running";

    private final TestClock clock = new TestClock(NOON);
    private final Watch watch = new Watch(
            new PulseSettings(
                    1,
                    Duration.ofMinutes(5),
                    1_000,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    8,
                    List.of(),
                    Map.of()),
            clock);

    @Test
    void knowsNothingAtTheBeginning() {
        Snapshot snapshot = watch.snapshot();
        assertThat(snapshot.topics()).isEmpty();
        assertThat(snapshot.services()).isEmpty();
        assertThat(snapshot.gauges()).isEmpty();
        assertThat(snapshot.stored()).isEmpty();
        assertThat(snapshot.lookups()).isEmpty();
    }

    @Test
    void doesNotTakeAServiceThatDoesNotAnswerForAnIdleOne() {
        watch.services(List.of(new ServiceReading("inference-service", List.of(down("a"), down("b")))));
        assertThat(watch.snapshot().gauges()).isEmpty();
        assertThat(watch.snapshot().services())
                .containsExactly(new ServiceState(
                        "inference-service", List.of(new ReplicaState("a", false), new ReplicaState("b", false))));
    }

    @Test
    void addsUpReplicasAndSaysWhetherAllWereReached() {
        watch.services(List.of(new ServiceReading("inference-service", List.of(up("a", 3), up("b", 4)))));
        assertThat(watch.snapshot().gauges()).containsEntry("generations_running", new Gauge(7, true));
        watch.services(List.of(new ServiceReading("inference-service", List.of(up("a", 3), down("b")))));
        assertThat(watch.snapshot().gauges()).containsEntry("generations_running", new Gauge(3, false));
    }

    @Test
    void forgetsWhatItHasNotBeenToldForAWhile() {
        watch.services(List.of(new ServiceReading("inference-service", List.of(up("a", 3)))));
        watch.log(reading(0, OptionalLong.of(1)));
        clock.pass(Duration.ofSeconds(8));
        assertThat(watch.snapshot().gauges()).isEmpty();
        assertThat(watch.snapshot().topics()).isEmpty();
    }

    @Test
    void measuresRatesBetweenTwoReadings() {
        watch.log(reading(100, OptionalLong.of(5)));
        assertThat(requests(watch.snapshot())).isEqualTo(requests(Optional.empty(), Optional.of(5L)));
        clock.pass(Duration.ofSeconds(2));
        watch.log(reading(130, OptionalLong.empty()));
        assertThat(requests(watch.snapshot())).isEqualTo(requests(Optional.of(15.0), Optional.empty()));
    }

    @Test
    void takesTheGrowthOfCountersOfReplicasThatBeganAnewToo() {
        watch.services(List.of(lookups(100), stored(10, 0)));
        clock.pass(Duration.ofSeconds(30));
        watch.services(List.of(lookups(140), stored(10, 20)));
        assertThat(watch.snapshot().lookups()).contains(Map.of("found", 40.0));
        assertThat(watch.snapshot().stored()).contains(new Spread(20, 200, 200));
        watch.services(List.of(lookups(7), stored(10, 20)));
        assertThat(watch.snapshot().lookups()).contains(Map.of("found", 7.0));
    }

    @Test
    void showsTheSlowestAndWhenTheyEnded() {
        IntStream.range(0, 20).forEach(i -> watch.turns().add(0, i, Ended.called(NOON.minusSeconds(i * 10L), i)));
        Snapshot snapshot = watch.snapshot();
        assertThat(snapshot.slowest())
                .extracting(slow -> slow.timings().claudeMs())
                .containsExactly(19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0);
        assertThat(snapshot.bucketSeconds()).isEqualTo(5);
        assertThat(snapshot.ended()).hasSize(60).endsWith(0, 1, 0, 1);
        assertThat(snapshot.ended().stream().mapToInt(count -> count).sum()).isEqualTo(20);
        assertThat(snapshot.minute().ended()).isEqualTo(7);
        assertThat(snapshot.history().ended()).isEqualTo(20);
    }

    private static TopicState requests(Snapshot snapshot) {
        return snapshot.topics().getFirst();
    }

    private static TopicState requests(Optional<Double> perSecond, Optional<Long> lag) {
        return new TopicState(
                "chat.requests", perSecond, Optional.of(2L), List.of(new GroupState("inference-service", lag)));
    }

    private LogReading reading(long written, OptionalLong lag) {
        return new LogReading(
                clock.instant(),
                Map.of("chat.requests", written),
                Map.of("chat.requests", written, "chat.requests.dead", 2L),
                List.of(new Backlog("inference-service", "chat.requests", lag)));
    }

    private static Replica up(String address, double running) {
        return new Replica(address, Optional.of(new Samples(List.of(new Sample(RUNNING, Map.of(), running)))));
    }

    private static Replica down(String address) {
        return new Replica(address, Optional.empty());
    }

    private static ServiceReading lookups(double found) {
        return shows(
                "inference-service",
                List.of(new Sample("parley_cache_lookup_seconds_count", Map.of("outcome", "found"), found)));
    }

    /** A histogram with so many of at most 0.1 s, and so many more of at most 0.2 s. */
    private static ServiceReading stored(double quick, double slow) {
        List<Sample> buckets = new ArrayList<>();
        Map.of("0.1", quick, "0.2", quick + slow, "+Inf", quick + slow)
                .forEach((end, count) ->
                        buckets.add(new Sample("parley_persistence_lag_seconds_bucket", Map.of("le", end), count)));
        return shows("persistence-worker", buckets);
    }

    private static ServiceReading shows(String service, List<Sample> samples) {
        return new ServiceReading(service, List.of(new Replica("a", Optional.of(new Samples(samples)))));
    }
}
