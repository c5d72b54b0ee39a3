package dev.parley.cache.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.cache.CacheDefaults;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnRecorderTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Queue<MockProducer<String, byte[]>> producers = new ArrayDeque<>(List.of(Records.producer(true)));
    private final MockProducer<String, byte[]> producer = producers.element();
    private final TurnRecorder recorder =
            new TurnRecorder("recorder", producers::remove, CacheDefaults.kafka(), registry.timer("commits"));

    @AfterEach
    void close() {
        recorder.close();
    }

    @Test
    void isReadyOnceItHasShutOutItsPredecessors() {
        assertThat(recorder.ready()).isFalse();
        recorder.open().join();
        assertThat(recorder.ready()).isTrue();
        assertThat(producer.transactionInitialized()).isTrue();
    }

    @Test
    void recordsATurnAndItsMarkerInOneTransaction() {
        recorder.open().join();
        assertThat(recorder.record(events("turn", "marker"))).succeedsWithin(SOON);
        assertThat(producer.history()).extracting(ProducerRecord::topic).containsExactly("turn", "marker");
        assertThat(producer.commitCount()).isEqualTo(1);
    }

    @Test
    void putsTurnsThatWaitIntoOneTransaction() {
        recorder.open().join();
        CountDownLatch gate = new CountDownLatch(1);
        List<CompletableFuture<Void>> recorded = new ArrayList<>();
        recorded.add(recorder.record(() -> {
            awaitUninterruptedly(gate);
            return events("turn").get();
        }));
        for (int i = 0; i < 9; i++) {
            recorded.add(recorder.record(events("turn")));
        }
        gate.countDown();
        recorded.forEach(turn -> assertThat(turn).succeedsWithin(SOON));
        assertThat(producer.history()).hasSize(10);
        assertThat(producer.commitCount()).isEqualTo(1);
    }

    @Test
    void failsTheTurnsOfATransactionThatFailsAndGoesOn() {
        recorder.open().join();
        producer.commitTransactionException = new KafkaException("abortable");
        assertThat(recorder.record(events("turn"))).failsWithin(SOON);
        producer.commitTransactionException = null;
        await().untilAsserted(() -> assertThat(producer.transactionAborted()).isTrue());
        assertThat(recorder.record(events("turn"))).succeedsWithin(SOON);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void opensAnewWhenTheOutcomeIsUnknown() {
        MockProducer<String, byte[]> second = Records.producer(true);
        producers.add(second);
        recorder.open().join();
        producer.commitTransactionException = new TimeoutException("no answer");
        producer.abortTransactionException = new IllegalStateException("a commit is under way");
        assertThat(recorder.record(events("turn"))).failsWithin(SOON);
        await().untilAsserted(() -> assertThat(recorder.ready()).isTrue());
        assertThat(recorder.record(events("turn"))).succeedsWithin(SOON);
        assertThat(second.history()).hasSize(1);
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void opensWhenKafkaIsBack() {
        MockProducer<String, byte[]> second = Records.producer(true);
        producers.add(second);
        producer.initTransactionException = new TimeoutException("no coordinator");
        recorder.open().join();
        await().untilAsserted(() -> assertThat(recorder.ready()).isTrue());
        assertThat(second.transactionInitialized()).isTrue();
    }

    @Test
    void staysShutWhileItsPartitionMayHaveAnotherOwner() {
        producers.add(Records.producer(true));
        recorder.open().join();
        shutOut();
        assertThat(recorder.record(events("turn"))).failsWithin(SOON);
        assertThat(recorder.ready()).isFalse();
        recorder.close();
        assertThat(producers).hasSize(1);
    }

    @Test
    void opensAnewWhenItWasShutOutAndStillOwnsItsPartition() {
        MockProducer<String, byte[]> second = Records.producer(true);
        producers.add(second);
        recorder.open().join();
        shutOut();
        Instant shut = Instant.now();
        await().atMost(CacheDefaults.kafka().sessionTimeout().multipliedBy(4)).until(recorder::ready);
        assertThat(Duration.between(shut, Instant.now()))
                .isGreaterThan(CacheDefaults.kafka().sessionTimeout());
        assertThat(recorder.record(events("turn"))).succeedsWithin(SOON);
        assertThat(second.history()).hasSize(1);
    }

    private void shutOut() {
        producer.commitTransactionException = new KafkaException("aborted");
        producer.abortTransactionException = new InvalidProducerEpochException("another owner");
        assertThat(recorder.record(events("turn"))).failsWithin(SOON);
    }

    @Test
    void shutsNobodyOutOnceItWasClosed() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        MockProducer<String, byte[]> late = Records.producer(true);
        TurnRecorder closed = new TurnRecorder(
                "late",
                () -> {
                    begun.countDown();
                    awaitUninterruptedly(gate);
                    return late;
                },
                CacheDefaults.kafka(),
                registry.timer("commits"));
        CompletableFuture<Void> opening = closed.open();
        awaitUninterruptedly(begun);
        closed.close();
        gate.countDown();
        assertThat(opening).succeedsWithin(SOON);
        assertThat(closed.ready()).isFalse();
        assertThat(late.transactionInitialized()).isFalse();
        assertThat(late.closed()).isTrue();
    }

    @Test
    void failsOnlyTheTurnThatCannotBeMade() {
        recorder.open().join();
        assertThat(recorder.record(() -> {
                    throw new IllegalArgumentException("no JSON");
                }))
                .failsWithin(SOON);
        assertThat(recorder.record(events("turn"))).succeedsWithin(SOON);
    }

    @Test
    void recordsWhatWaitsBeforeItCloses() {
        recorder.open().join();
        CompletableFuture<Void> recorded = recorder.record(events("turn"));
        recorder.close();
        assertThat(recorded).isCompleted();
        assertThat(producer.closed()).isTrue();
        assertThat(recorder.record(events("turn"))).isCompletedExceptionally();
    }

    private static Supplier<List<ProducerRecord<String, byte[]>>> events(String... topics) {
        return () -> List.of(topics).stream()
                .map(topic -> new ProducerRecord<>(topic, "key", new byte[] {1}))
                .toList();
    }

    private static void awaitUninterruptedly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
