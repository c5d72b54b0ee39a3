package dev.parley.inference.kafka.requests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.DeltaSink.NotOwnerException;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.partitions.OwnedPartition;
import dev.parley.inference.kafka.partitions.OwnedPartitions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeltaPublisherTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);

    private static final Duration WINDOW = Duration.ofMillis(100);
    private static final Duration MERGE_INTERVAL = Duration.ofMillis(50);

    private final MockProducer<String, byte[]> producer = OwnedPartitions.deltaProducer(false);
    private final MockProducer<String, byte[]> lingering = OwnedPartitions.deltaProducer(false);
    private final AtomicLong now = new AtomicLong();
    private final OwnedPartition owner = OwnedPartitions.any();
    private final DeltaPublisher publisher =
            new DeltaPublisher(producer, lingering, new ArrivalRate(WINDOW, 10, 10, now::get), MERGE_INTERVAL);
    private final DeltaPublisher.Sink sink = sink();

    @BeforeEach
    void knowsThePartitions() {
        publisher.loadMetadata();
    }

    @Test
    void hasNoRoomWhileAMegabyteOfAnAnswerIsUndelivered() {
        byte[] large = new byte[600_000];
        sink.publish(new Frames(GENERATION, 1, 0, CacheVerdict.MISS, large, false));
        assertThat(sink.hasRoom()).isTrue();
        sink.publish(new Frames(GENERATION, 1, 1, CacheVerdict.MISS, large, false));
        assertThat(sink.hasRoom()).isFalse();
        assertThat(sink().hasRoom()).isTrue();
        producer.completeNext();
        assertThat(sink.hasRoom()).isTrue();
    }

    @Test
    void hasNoRoomForAnyAnswerWhileSixteenMegabytesAreUndelivered() {
        for (int i = 0; i < 17; i++) {
            sink(1 + i % 5).publish(new Frames(GENERATION, 1, i, CacheVerdict.MISS, new byte[1_000_000], false));
        }
        assertThat(sink.hasRoom()).isFalse();
    }

    /** A gateway reads one partition: the streams of the others would pause as well. */
    @Test
    void hasRoomForAnswersOnOtherPartitionsWhileSevenCannotBeWritten() {
        for (int partition = 0; partition < 7; partition++) {
            int published = 0;
            while (sink(partition).hasRoom()) {
                sink(partition)
                        .publish(new Frames(GENERATION, 1, published++, CacheVerdict.MISS, new byte[100_000], false));
            }
        }
        assertThat(sink(7).hasRoom()).isTrue();
        assertThat(sink.hasRoom()).isFalse();
        producer.completeNext();
        assertThat(sink.hasRoom()).isTrue();
    }

    @Test
    void keepsNoRoomForADeltaThatTheProducerRefuses() {
        producer.sendException = new KafkaException("refused");
        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(() -> sink.publish(
                        new Frames(GENERATION, 1, 0, CacheVerdict.MISS, new byte[17 * 1024 * 1024], false)));
        assertThat(sink.hasRoom()).isTrue();
        assertThatIllegalStateException().isThrownBy(sink::awaitDelivery);
    }

    @Test
    void reportsNoDeliveryIfADeltaInTheMiddleWasLost() {
        sink.publish(new Heartbeat(GENERATION, 1, 0));
        sink.publish(new Heartbeat(GENERATION, 1, 1));
        producer.errorNext(new TimeoutException("the broker was away for too long"));
        producer.completeNext();
        assertThatIllegalStateException().isThrownBy(sink::awaitDelivery);
    }

    @Test
    void reportsDeliveryWhenAllDeltasAreAcknowledged() {
        sink.publish(new Heartbeat(GENERATION, 1, 0));
        producer.completeNext();
        assertThatCode(sink::awaitDelivery).doesNotThrowAnyException();
    }

    @Test
    void startsNoAttemptAfterLosingThePartition() {
        owner.turns().close();
        assertThatExceptionOfType(NotOwnerException.class)
                .isThrownBy(() -> sink.begin(new Heartbeat(GENERATION, 2, 0)));
        assertThat(producer.history()).isEmpty();
    }

    /** As by a partition with too few replicas in sync. */
    @Test
    void aClaimThatIsRefusedForNowIsNotWritten() throws Exception {
        FutureTask<OptionalLong> claiming = new FutureTask<>(() -> sink.claim(GENERATION, 2));
        Thread.startVirtualThread(claiming);
        await().until(() -> producer.errorNext(new NotEnoughReplicasException("one is in sync")));
        assertThat(claiming.get(30, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void sendsDeltasImmediatelyAtALowRate() {
        for (int i = 0; i < 30; i++) {
            sink.publish(frames(i, false));
            producer.completeNext();
            now.addAndGet(WINDOW.toNanos() / 5);
        }
        assertThat(producer.history()).hasSize(30);
        assertThat(lingering.history()).isEmpty();
    }

    @Test
    void batchesWhatFollowsTheFirstTokenAtAHighRate() {
        busyTimes();
        sink.publish(new Heartbeat(GENERATION, 1, 0));
        producer.completeNext();
        sink.publish(
                new Frames(GENERATION, 1, 1, CacheVerdict.MISS, "event: message_start\n\n".getBytes(UTF_8), false));
        producer.completeNext();
        for (int i = 2; i < 6; i++) {
            sink.publish(frames(i, i == 5));
            var _ = producer.completeNext() || lingering.completeNext();
        }
        assertThat(sequences(producer)).containsExactly("0", "1", "2");
        assertThat(sequences(lingering)).containsExactly("3", "4", "5");
    }

    @Test
    void sendsWhatFollowsTheFirstTokensAtTheSameTimesAtAHighRate() {
        busyTimes();
        DeltaPublisher.Sink other = sink();
        sink.publish(new Heartbeat(GENERATION, 1, 0));
        assertThat(sink.mergeDelay()).isZero();
        sink.publish(frames(1, false));
        now.incrementAndGet();
        other.publish(frames(0, false));
        assertThat(sink.mergeDelay()).isEqualTo(MERGE_INTERVAL.minusNanos(1));
        assertThat(other.mergeDelay()).isEqualTo(MERGE_INTERVAL.minusNanos(1));
        now.addAndGet(MERGE_INTERVAL.toNanos() - 2);
        assertThat(sink.mergeDelay()).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void sendsADeltaThatIsLateHalfAnIntervalLater() {
        busyTimes();
        sink.publish(frames(0, false));
        now.addAndGet(MERGE_INTERVAL.toNanos());
        assertThat(sink.mergeDelay()).isEqualTo(MERGE_INTERVAL.dividedBy(2));
        now.addAndGet(MERGE_INTERVAL.dividedBy(2).toNanos());
        sink.publish(frames(1, false));
        now.incrementAndGet();
        assertThat(sink.mergeDelay()).isEqualTo(MERGE_INTERVAL.minusNanos(1));
    }

    @Test
    void mergesNothingWithoutAnInterval() {
        DeltaPublisher apart =
                new DeltaPublisher(producer, lingering, new ArrivalRate(WINDOW, 1, 1, now::get), Duration.ZERO);
        DeltaPublisher.Sink answer = sink(apart, 0);
        answer.publish(frames(0, false));
        now.addAndGet(WINDOW.toNanos());
        answer.publish(frames(1, false));
        assertThat(answer.mergeDelay()).isZero();
    }

    @Test
    void mergesNothingAtALowRate() {
        sink.publish(frames(0, false));
        sink.publish(frames(1, false));
        assertThat(sink.mergeDelay()).isZero();
    }

    @Test
    void changesNoProducerWhileADeltaIsUnacknowledged() {
        busyTimes();
        for (int i = 0; i < 5; i++) {
            sink.publish(frames(i, false));
        }
        assertThat(sequences(producer)).containsExactly("0", "1", "2", "3", "4");
        while (producer.completeNext()) {
            // All of them are acknowledged.
        }
        sink.publish(frames(5, false));
        sink.publish(frames(6, true));
        assertThat(sequences(lingering)).containsExactly("5", "6");
    }

    /** More than ten deltas of other answers within the window before. */
    private void busyTimes() {
        DeltaPublisher.Sink other = sink();
        for (int i = 0; i < 12; i++) {
            other.publish(new Heartbeat(GENERATION, 1, 0));
        }
        now.addAndGet(WINDOW.toNanos());
        producer.clear();
    }

    private DeltaPublisher.Sink sink() {
        return sink(0);
    }

    private DeltaPublisher.Sink sink(int partition) {
        return sink(publisher, partition);
    }

    private DeltaPublisher.Sink sink(DeltaPublisher from, int partition) {
        return from.to(partition, new ConversationId("conv-1"), owner, RunningInference.uncounted());
    }

    private static Frames frames(int sequence, boolean last) {
        return new Frames(
                GENERATION, 1, sequence, CacheVerdict.MISS, "event: content_block_delta\n\n".getBytes(UTF_8), last);
    }

    private static List<String> sequences(MockProducer<String, byte[]> producer) {
        return producer.history().stream()
                .map(piece -> new String(
                        piece.headers().lastHeader(DeltaCodec.SEQUENCE).value(), UTF_8))
                .toList();
    }
}
