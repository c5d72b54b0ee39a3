package dev.parley.inference.kafka.partitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.GreetingClaude;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.testing.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnLogTest {
    private static final int PARTITION = 0;
    private static final Set<Thread.State> WAITS = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private boolean failsToOpen;
    private volatile boolean fences = true;
    private final List<SlowProducer> producers = new CopyOnWriteArrayList<>();
    private final TurnLog log = OwnedPartitions.turnLog(this::next);

    @Test
    void recordsATurnAndItsMarkerInOneTransaction() throws Exception {
        assertThat(log.record(finished(), PARTITION, 0)).isTrue();
        assertThat(producer().commitCount()).isEqualTo(1);
        assertThat(producer().history()).extracting(ProducerRecord::topic).containsExactly("chat.turns", "chat.deltas");
    }

    @Test
    void recordsNothingAfterLosingThePartition() throws Exception {
        log.close();
        assertThat(log.isOpen()).isFalse();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        assertThat(producer().history()).isEmpty();
    }

    /** Of a replica that stops: there may be no next owner for long. */
    @Test
    void recordsAfterThePartitionWasGivenBack() throws Exception {
        log.leave();
        assertThat(log.isOpen()).isFalse();
        assertThat(log.record(finished(), PARTITION, 0)).isTrue();
        log.close();
        await().until(() -> producer().closed());
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        assertThat(producer().commitCount()).isEqualTo(1);
    }

    /** Else turns are lost with the last replica, which stops while they wait to share a transaction. */
    @Test
    void waitsForNoOtherTurnsAfterThePartitionWasGivenBack() throws Exception {
        AtomicLong now = new AtomicLong();
        ArrivalRate rate = new ArrivalRate(Duration.ofNanos(1), 1, 1, now::get);
        rate.count();
        now.incrementAndGet();
        assertThat(rate.count()).isTrue();
        TurnLog busy = new TurnLog(this::next, rate);
        busy.open(() -> true);
        busy.leave();
        producer().answers = false;
        FinishedTurn second = finished();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> recording = threads.submit(() -> busy.record(finished(), PARTITION, 0));
            await().until(() -> producer().commits.get() > 0);
            FutureTask<Boolean> next = new FutureTask<>(() -> busy.record(second, PARTITION, 0));
            Thread waiting = Thread.startVirtualThread(next);
            Thread.State state = await().until(waiting::getState, WAITS::contains);
            producer().answers = true;
            assertThat(state).as("for the transaction, without a time").isEqualTo(Thread.State.WAITING);
            assertThat(recording.get()).isTrue();
            assertThat(next.get()).isTrue();
        }
    }

    /** That would fence the next owner, which has fenced it. */
    @Test
    void isNotReopenedAfterThePartitionWasGivenBack() throws Exception {
        log.leave();
        producer().fenceProducer();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        log.open(() -> true);
        assertThat(producers).hasSize(1);
    }

    /** Otherwise a turn that the failed transaction or a successor has recorded would be recorded again. */
    @Test
    void recordsNoTurnStartedBeforeItWasReopened() throws Exception {
        producer().fenceProducer();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        log.open(() -> true);
        assertThat(producers).hasSize(2);
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        assertThat(producer().history()).isEmpty();

        assertThat(log.record(finished(), PARTITION, log.repairs())).isTrue();
    }

    @Test
    void isNotReopenedWithoutAFailure() {
        log.open(() -> true);
        assertThat(producers).hasSize(1);
        assertThat(log.repairs()).isZero();
    }

    @Test
    void staysFailedUntilItIsReopened() throws Exception {
        producer().fenceProducer();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        failsToOpen = true;
        log.open(() -> true);
        assertThat(log.repairs()).isZero();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        failsToOpen = false;
        log.open(() -> true);
        assertThat(log.record(finished(), PARTITION, log.repairs())).isTrue();
    }

    @Test
    void retriesACommitAfterATimeout() throws Exception {
        producer().timeouts = 3;
        assertThat(log.record(finished(), PARTITION, 0)).isTrue();
        assertThat(producer().commitCount()).isEqualTo(1);
        assertThat(producer().transactionAborted()).isFalse();
    }

    @Test
    void abandonsACommitAfterLosingThePartition() throws Exception {
        producer().timeouts = Integer.MAX_VALUE;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> recording = threads.submit(() -> log.record(finished(), PARTITION, 0));
            await().until(() -> producer().commits.get() > 0);
            log.close();
            assertThat(recording.get()).isFalse();
        }
    }

    /** The rebalance would wait for it. */
    @Test
    void isClosedWithoutWaitingForATransaction() throws Exception {
        producer().answers = false;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> recording = threads.submit(() -> log.record(finished(), PARTITION, 0));
            await().until(() -> producer().commits.get() > 0);
            Thread closing = Thread.startVirtualThread(log::close);
            assertThat(closing.join(Duration.ofSeconds(30))).isTrue();
            producer().answers = true;
            assertThat(recording.get()).isTrue();
        }
        await().until(() -> producer().closed());
    }

    /** It would fence the next owner. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNotOpenedOnceItIsClosedOrGivenBack(boolean isGivenBack) throws Exception {
        producer().fenceProducer();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        fences = false;
        Thread opening = Thread.startVirtualThread(() -> log.open(() -> true));
        await().until(() -> producers.size() == 2);
        if (isGivenBack) {
            log.leave();
        } else {
            log.close();
        }
        assertThat(opening.join(Duration.ofSeconds(30))).isTrue();
        assertThat(log.repairs()).isZero();
        log.open(() -> true);
        assertThat(producers).hasSize(2);
    }

    /** The group may have given the partition to another replica meanwhile. */
    @Test
    void isNotOpenedWhileTheOwnershipIsUncertain() throws Exception {
        producer().fenceProducer();
        assertThat(log.record(finished(), PARTITION, 0)).isFalse();
        log.open(() -> false);
        assertThat(producers).hasSize(1);
        log.open(() -> true);
        assertThat(log.record(finished(), PARTITION, log.repairs())).isTrue();
    }

    @Test
    void rejectsATurnThatIsTooLargeForTheTopic() throws Exception {
        FinishedTurn turn = finished();
        FinishedTurn huge = new FinishedTurn(
                turn.turn(),
                new byte[Topics.TURNS.recordBytesMax()],
                turn.question(),
                turn.marker(),
                turn.whenRecorded());
        assertThatExceptionOfType(RecordTooLargeException.class).isThrownBy(() -> log.record(huge, PARTITION, 0));
        assertThat(log.record(finished(), PARTITION, 0)).isTrue();
    }

    /** Turns that wait for a transaction share the next one. */
    @Test
    void recordsEachOfManyTurnsOnceFollowedByItsMarker() throws Exception {
        List<Callable<Boolean>> recordings = new ArrayList<>();
        List<String> generations = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            FinishedTurn each = finished();
            generations.add(each.marker().generation().value());
            recordings.add(() -> log.record(each, PARTITION, 0));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : threads.invokeAll(recordings)) {
                assertThat(each.get()).isTrue();
            }
        }
        List<ProducerRecord<String, byte[]>> sent = producer().history();
        assertThat(sent).hasSize(600);
        assertThat(sent.stream()
                        .filter(each -> each.topic().equals(Topics.DELTAS.name()))
                        .map(ProducerRecord::key))
                .containsExactlyInAnyOrderElementsOf(generations);
        assertThat(producer().commitCount()).isLessThanOrEqualTo(300);
    }

    private SlowProducer next() {
        SlowProducer next = new SlowProducer();
        next.initTransactionException = failsToOpen ? new KafkaException("the broker is away") : null;
        producers.add(next);
        return next;
    }

    private SlowProducer producer() {
        return producers.getLast();
    }

    static FinishedTurn finished() throws InterruptedException {
        return RunningInference.runner(new GreetingClaude(), RunningInference.generations(Duration.ofSeconds(3)))
                .run(RoutedRequest.toClaude(Events.requested(_ -> {}), Events.NOON), _ -> {}, new Cancellation());
    }

    /** A producer whose first commits time out, or which gets no answers. */
    private final class SlowProducer extends MockProducer<String, byte[]> {
        private volatile int timeouts;
        private volatile boolean answers = true;
        private final AtomicInteger commits = new AtomicInteger();

        private SlowProducer() {
            super(true, null, new StringSerializer(), new ByteArraySerializer());
        }

        @Override
        public void initTransactions() {
            await().until(() -> fences || closed());
            super.initTransactions();
        }

        @Override
        public void commitTransaction() {
            if (commits.incrementAndGet() <= timeouts) {
                throw new TimeoutException("slow");
            }
            await().until(() -> answers);
            super.commitTransaction();
        }
    }
}
