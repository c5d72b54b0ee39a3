package dev.parley.inference.kafka.requests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.inference.kafka.GreetingClaude;
import dev.parley.inference.kafka.GroupMember;
import dev.parley.inference.kafka.RunningInference;
import dev.parley.inference.kafka.recovery.FakeLog;
import dev.parley.testing.Events;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestListenerTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.requests", 0);
    private static final TopicPartition OTHER = new TopicPartition("chat.requests", 1);

    private final FakeLog log = new FakeLog();
    private final GreetingClaude claude = new GreetingClaude();
    private final GroupMember consumer = new GroupMember();
    private final List<MockProducer<String, byte[]>> turns = new CopyOnWriteArrayList<>();
    private final MockProducer<byte[], byte[]> dead =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final GenerationExecutor executor = log.executor(claude);
    private long offset;

    /** The partitions whose turn logs cannot be opened. */
    private final Set<Integer> broken = ConcurrentHashMap.newKeySet();

    private volatile CountDownLatch beforeFencing = new CountDownLatch(0);

    /** Thrown instead of the next consumer, once. */
    private final Queue<Error> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void release() {
        claude.release();
    }

    @Test
    void commitsARequestOnlyAfterItsTurnIsRecorded() throws Exception {
        claude.hold();
        RequestListener listener = listening(Duration.ofMinutes(1));
        give(fresh());
        await().until(() -> claude.calls() == 1);
        give(fresh());
        awaitPolls(10);
        assertThat(consumer.done.getOrDefault(PARTITION, 0L)).isZero();
        claude.release();
        await().until(() -> consumer.done.getOrDefault(PARTITION, 0L) == 2);
        listener.stop();
    }

    /** What is begun and not committed does not wait: a gauge for autoscalers must not count it. */
    @Test
    void positionsPassRequestsThatHaveBegun() throws Exception {
        claude.hold();
        RequestListener listener = listening(Duration.ofMinutes(1));
        await().until(() -> listener.positions().equals(Map.of(PARTITION, 0L)));
        give(fresh());
        give(fresh());
        await().until(() -> listener.positions().equals(Map.of(PARTITION, 2L)));
        assertThat(consumer.done.getOrDefault(PARTITION, 0L)).isZero();
        claude.release();
        listener.stop();
        assertThat(listener.positions()).isEmpty();
    }

    @Test
    void continuesAfterPublishingADeadLetter() throws Exception {
        RequestListener listener = listening(Duration.ofMinutes(1));
        give(new ProducerRecord<>(PARTITION.topic(), "key", "{}".getBytes(UTF_8)));
        give(fresh());
        await().until(() -> turns.getLast().history().size() == 2);
        awaitPolls(10);
        assertThat(consumer.done.getOrDefault(PARTITION, 0L)).isZero();
        assertThat(dead.history()).hasSize(1);
        dead.completeNext();
        await().until(() -> consumer.done.getOrDefault(PARTITION, 0L) == 2);
        listener.stop();
    }

    /** Two instants whose sums may overflow. */
    @Test
    void publishesADeadLetterForATimeOutOfRange() throws Exception {
        RequestListener listener = listening(Duration.ofMinutes(1));
        for (Instant never : List.of(Instant.MAX, Instant.MIN)) {
            give(RequestCodec.encode(Events.requested(request -> request.publishedAt = never)));
        }
        await().until(() -> dead.history().size() == 2);
        assertThat(claude.calls()).isZero();
        listener.stop();
    }

    /** The partition may have another owner, which would be fenced. */
    @Test
    void reopensNoTurnLogWhileOwnershipIsUncertain() throws Exception {
        claude.hold();
        RequestListener listener = listening(Duration.ofSeconds(1));
        give(fresh());
        await().until(() -> claude.calls() == 1);
        consumer.expelled = true;
        await().until(() -> consumer.refusals > 0);
        turns.getLast().fenceProducer();
        claude.release();
        await().until(() -> !executor.redelivered().isEmpty());
        awaitPolls(20);
        assertThat(turns).hasSize(1);

        consumer.expelled = false;
        await().until(() -> turns.size() == 2);
        listener.stop();
    }

    @Test
    void reopensAFailedTurnLogOfAnOwnedPartition() throws Exception {
        RequestListener listener = listening(Duration.ofMinutes(1));
        await().until(() -> turns.size() == 1);
        turns.getLast().fenceProducer();
        give(fresh());
        await().until(() -> turns.size() == 2);
        listener.stop();
    }

    /** It lasts for as long as a turn of the last transaction cannot be aborted. */
    @Test
    void pollsWhileATurnLogIsReopened() throws Exception {
        RequestListener listener = listening(Duration.ofMinutes(1));
        CountDownLatch aborted = new CountDownLatch(1);
        beforeFencing = aborted;
        turns.getLast().fenceProducer();
        give(fresh());
        await().until(() -> turns.size() == 2);
        awaitPolls(20);
        assertThat(consumer.done.getOrDefault(PARTITION, 0L)).isZero();
        aborted.countDown();
        await().until(() -> !executor.redelivered().isEmpty());
        listener.stop();
    }

    @Test
    void pollsWhileTheGroupDoesNotAnswerACommit() throws Exception {
        RequestListener listener = listening(Duration.ofMinutes(1));
        consumer.unanswered = true;
        give(fresh());
        await().until(() -> turns.getLast().history().size() == 2);
        awaitPolls(20);
        consumer.unanswered = false;
        await().until(() -> consumer.done.getOrDefault(PARTITION, 0L) == 1);
        listener.stop();
    }

    @Test
    void answersTheOtherRequestsWhileAPartitionCannotBeOpened() throws Exception {
        broken.add(OTHER.partition());
        RequestListener listener = listening(Duration.ofMinutes(1), PARTITION, OTHER);
        give(fresh(), OTHER, 0);
        give(fresh());
        await().until(() -> consumer.done.getOrDefault(PARTITION, 0L) == 1);
        assertThat(claude.calls()).isEqualTo(1);
        broken.clear();
        await().until(() -> consumer.done.getOrDefault(OTHER, 0L) == 1);
        listener.stop();
    }

    /** Such as a thread that cannot be started: the service would be ready, and answer nothing. */
    @Test
    void continuesAfterAnError() throws Exception {
        failures.add(new OutOfMemoryError("unable to create native thread"));
        RequestListener listener = listening(Duration.ofMinutes(1));
        give(fresh());
        await().until(() -> consumer.done.getOrDefault(PARTITION, 0L) == 1);
        listener.stop();
    }

    /** The producers are closed once it has stopped. */
    @Test
    void releasesRunningGenerationsWhileTheGroupDoesNotAnswer() throws Exception {
        claude.hold();
        RequestListener listener = listening(Duration.ofMinutes(1));
        give(fresh());
        await().until(() -> claude.calls() == 1);
        CountDownLatch answered = new CountDownLatch(1);
        consumer.beforeLeaving = answered;
        listener.stop();
        assertThat(log.deltas().getLast()).isInstanceOf(Released.class);
        assertThat(turns.getLast().history()).isEmpty();
        answered.countDown();
    }

    /** As at a full stop: no other replica may start before the answer has expired. */
    @Test
    void recordsTheTurnOfAnAnswerThatEndsWhileItStops() throws Exception {
        claude.hold();
        RequestListener listener = listening(Duration.ofMinutes(1), Duration.ofMinutes(1), PARTITION);
        give(fresh());
        await().until(() -> claude.calls() == 1);
        FutureTask<Void> stopping = new FutureTask<>(() -> {
            listener.stop();
            return null;
        });
        Thread.startVirtualThread(stopping);
        await().until(consumer::closed);
        claude.release();
        stopping.get();
        assertThat(turns.getLast().history())
                .extracting(ProducerRecord::topic)
                .containsExactly("chat.turns", "chat.deltas");
        await().until(() -> turns.getLast().closed());
    }

    /**
     * Starts a listener that owns the partition.
     *
     * @param sessionTimeout two thirds of it after each confirmation, the ownership is uncertain: no heartbeat is answered
     */
    private RequestListener listening(Duration sessionTimeout) {
        return listening(sessionTimeout, PARTITION);
    }

    private RequestListener listening(Duration sessionTimeout, TopicPartition... partitions) {
        return listening(sessionTimeout, RunningInference.NO_GRACE, partitions);
    }

    private RequestListener listening(Duration sessionTimeout, Duration grace, TopicPartition... partitions) {
        for (TopicPartition partition : partitions) {
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
        }
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(partitions)));
        RequestListener listener = new RequestListener(
                this::nextConsumer,
                this::turnProducer,
                _ -> 0,
                RunningInference.kafka("127.0.0.1:9", sessionTimeout, Duration.ofMillis(1), grace),
                executor,
                new DeadLetterPublisher(
                        () -> dead,
                        DeadLetterCounter.of(new SimpleMeterRegistry(), "inference-service", Topics.REQUESTS)));
        Thread.ofPlatform().daemon().start(listener);
        await().until(() -> turns.size() == 1);
        return listener;
    }

    private GroupMember nextConsumer() {
        Error failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        return consumer;
    }

    private Producer<String, byte[]> turnProducer(int partition) {
        if (broken.contains(partition)) {
            throw new KafkaException("a turn of the last transaction cannot be aborted");
        }
        CountDownLatch latch = beforeFencing;
        MockProducer<String, byte[]> producer =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                    @Override
                    public void initTransactions() {
                        try {
                            latch.await();
                        } catch (InterruptedException e) {
                            throw new InterruptException(e);
                        }
                        super.initTransactions();
                    }
                };
        turns.add(producer);
        return producer;
    }

    /** Returns the record from the next poll. */
    private void give(ProducerRecord<String, byte[]> sent) {
        give(sent, PARTITION, offset++);
    }

    private void give(ProducerRecord<String, byte[]> sent, TopicPartition partition, long at) {
        ConsumerRecord<String, byte[]> received =
                new ConsumerRecord<>(partition.topic(), partition.partition(), at, sent.key(), sent.value());
        sent.headers().forEach(received.headers()::add);
        consumer.give(received);
    }

    private void awaitPolls(int count) {
        int until = consumer.polls() + count;
        await().until(() -> consumer.polls() >= until);
    }

    private static ProducerRecord<String, byte[]> fresh() {
        return RequestCodec.encode(Events.requested(_ -> {}));
    }
}
