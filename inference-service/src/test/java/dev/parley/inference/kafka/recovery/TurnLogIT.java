package dev.parley.inference.kafka.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.GreetingClaude;
import dev.parley.inference.kafka.InferenceClients;
import dev.parley.inference.kafka.LogProbe;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import dev.parley.inference.kafka.partitions.TurnLog;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.InFlightRequest;
import dev.parley.localstack.LocalKafka;
import dev.parley.testing.Events;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The two fences of a generation: the transactional id of its partition, and the takeover claim in its log. */
class TurnLogIT {
    private static final int PARTITION = 3;

    private static final LocalKafka KAFKA = LocalKafka.shared();

    @AutoClose
    private static final LogProbe log = new LogProbe(KAFKA.bootstrapServers());

    private static final InferenceClients clients = RunningInference.clients(KAFKA.bootstrapServers());

    @Test
    void recordsNoTurnOfAFencedOwner() throws Exception {
        FinishedTurn finished = finished();
        GenerationId generation = finished.marker().generation();
        try (TurnLog first = opened();
                TurnLog second = opened()) {
            assertThat(first.record(finished, 0, first.repairs())).isFalse();
            assertThat(log.turns(generation)).isEmpty();
            assertThat(log.deltas(generation)).isEmpty();

            assertThat(second.record(finished, 0, second.repairs())).isTrue();
        }
        awaitTurns(List.of(generation));
        await().untilAsserted(() -> assertThat(log.deltas(generation)).containsExactly(finished.marker()));
    }

    /**
     * An owner that reopens its turn log fences its successor; generations that the successor started must check the log
     * again.
     */
    @Test
    void recordsNoTurnStartedBeforeTheLogWasReopened() throws Exception {
        FinishedTurn begunEarly = finished();
        try (TurnLog first = opened();
                TurnLog second = opened()) {
            int repairs = first.repairs();
            assertThat(first.record(finished(), 0, repairs)).isFalse();
            first.open(() -> true);
            assertThat(first.record(begunEarly, 0, repairs)).isFalse();
            assertThat(second.record(finished(), 0, second.repairs())).isFalse();
            assertThat(first.record(begunEarly, 0, first.repairs())).isTrue();
        }
        awaitTurns(List.of(begunEarly.marker().generation()));
    }

    @Test
    void recordsOtherTurnsIfOneIsTooLargeForTheTopic() throws Exception {
        FinishedTurn huge = tooLarge(finished());
        List<FinishedTurn> others = new ArrayList<>();
        List<Callable<Boolean>> recordings = new ArrayList<>();
        try (TurnLog turns = opened();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                FinishedTurn each = finished();
                others.add(each);
                recordings.add(() -> turns.record(each, 0, turns.repairs()));
            }
            Future<Boolean> hugely = threads.submit(() -> turns.record(huge, 0, turns.repairs()));
            for (Future<Boolean> each : threads.invokeAll(recordings)) {
                assertThat(each.get()).isTrue();
            }
            assertThat(hugely).failsWithin(Duration.ofSeconds(30));
        }
        awaitTurns(others.stream().map(turn -> turn.marker().generation()).toList());
        assertThat(log.turns(huge.marker().generation())).isEmpty();
    }

    /** Waits until each has one turn. A broker acknowledges a commit before the partitions show the records. */
    private static void awaitTurns(List<GenerationId> generations) {
        await().untilAsserted(() -> {
            Map<GenerationId, List<Turn>> recorded = log.turns(generations);
            assertThat(recorded).containsOnlyKeys(generations);
            assertThat(recorded.values()).allSatisfy(turns -> assertThat(turns).hasSize(1));
        });
    }

    private static TakeoverClaim claim() {
        return new TakeoverClaim(
                clients::deltaConsumer, new RecoveryPermits(RecoveryPermits.PERMITS_MAX), TakeoverClaim.READ_TIMEOUT);
    }

    @Test
    void acceptsTheFirstOfTwoTakeoverClaims() throws Exception {
        Producer<String, byte[]> producer = clients.deltaProducer();
        DeltaPublisher publisher = new DeltaPublisher(producer, producer, ArrivalRate.ofMerged(1_000), Duration.ZERO);
        OwnedPartition owner = OwnedPartitions.with(opened());
        TakeoverClaim claim = claim();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                InFlightRequest request = new InFlightRequest(asked(), owner, i);
                log.write(
                        new Heartbeat(request.generation(), 1, 0),
                        request.deltas().partition(),
                        Instant.now().toEpochMilli());
                long position = log.end(Topics.DELTAS, request.deltas().partition());
                List<Callable<TakeoverClaim.Outcome>> claims = new ArrayList<>();
                for (int claimant = 0; claimant < 3; claimant++) {
                    claims.add(() -> claim.make(
                            request,
                            sliceAfterAHeartbeat(request),
                            2,
                            position,
                            publisher.to(
                                    request.deltas().partition(),
                                    request.requested().conversation(),
                                    owner,
                                    RunningInference.uncounted())));
                }
                List<TakeoverClaim.Outcome> outcomes = new ArrayList<>();
                for (Future<TakeoverClaim.Outcome> each : threads.invokeAll(claims)) {
                    outcomes.add(each.get());
                }
                assertThat(outcomes).containsOnlyOnce(TakeoverClaim.Outcome.MADE);
            }
        } finally {
            owner.turns().close();
            producer.close();
        }
    }

    /** Records of the previous owner before the claim are part of the log, records after it are not. */
    @Test
    void readsTheLogUpToTheClaim() throws Exception {
        Producer<String, byte[]> producer = clients.deltaProducer();
        DeltaPublisher publisher = new DeltaPublisher(producer, producer, ArrivalRate.ofMerged(1_000), Duration.ZERO);
        try (TurnLog turns = opened()) {
            OwnedPartition owner = OwnedPartitions.with(turns);
            InFlightRequest request = new InFlightRequest(asked(), owner, 0);
            long position = log.end(Topics.DELTAS, request.deltas().partition());
            GenerationLog read = Generations.log();
            log.write(
                    new Heartbeat(request.generation(), 1, 0),
                    request.deltas().partition(),
                    Instant.now().toEpochMilli());
            assertThat(claim().make(
                                    request,
                                    read,
                                    2,
                                    position,
                                    publisher.to(
                                            request.deltas().partition(),
                                            request.requested().conversation(),
                                            owner,
                                            RunningInference.uncounted())))
                    .isEqualTo(TakeoverClaim.Outcome.MADE);
            log.write(
                    new Heartbeat(request.generation(), 1, 1),
                    request.deltas().partition(),
                    Instant.now().toEpochMilli());
            assertThat(read.attempt()).isEqualTo(1);
            assertThat(read.lastSeen()).isAfter(Instant.EPOCH);
        } finally {
            producer.close();
        }
    }

    private static GenerationLog sliceAfterAHeartbeat(InFlightRequest request) {
        return Generations.log(new Heartbeat(request.generation(), 1, 0));
    }

    private static TurnLog opened() {
        return RunningInference.turnLog(clients, PARTITION);
    }

    private static FinishedTurn tooLarge(FinishedTurn finished) {
        return new FinishedTurn(
                finished.turn(),
                new byte[Topics.TURNS.recordBytesMax()],
                finished.question(),
                finished.marker(),
                finished.whenRecorded());
    }

    private static ChatRequested asked() {
        return Events.requested(_ -> {});
    }

    private static FinishedTurn finished() throws InterruptedException {
        return RunningInference.runner(new GreetingClaude(), RunningInference.generations(Duration.ofSeconds(3)))
                .run(RoutedRequest.toClaude(asked(), Instant.now()), _ -> {}, new Cancellation());
    }
}
