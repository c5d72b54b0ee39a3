package dev.parley.eventlog;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the only partition of a topic from its beginning into memory, and waits on demand until everything on it has been
 * read. What is on all in-sync replicas before a call of {@link #upToDate()} is part of the state that it returns, in every
 * process.
 */
public final class FoldedTopic<S extends FoldedTopic.State> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FoldedTopic.class);
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final long UNKNOWN = -1;

    /** The state in memory. Called by the thread of the tail. */
    public interface State {
        /** Adds the next event. A {@link MalformedEventException} or {@link IllegalArgumentException} is logged; reading goes on. */
        void add(ConsumerRecord<String, byte[]> event);

        default void polled() {}

        /** All is added that was on the topic when the reading began. Called again after each later poll. */
        default void complete() {}
    }

    private final TopicPartition partition;
    private final LogTail tail;
    private final LogEnd end;
    private final Duration timeout;
    private final S state;
    private final Supplier<Moment> now;
    private final AtomicBoolean renewing = new AtomicBoolean();

    /** The end of the topic when the reading began. Owned by the thread of the tail. */
    private long endAtStart;

    /** The offset up to which the state is complete. Guarded by this. */
    private long position = UNKNOWN;

    /** When an end was asked for last up to which the state is complete. Written under this. */
    private volatile @Nullable Moment completeAt;

    /** A topic that is not read until {@link #tail()} runs. The timeout bounds the wait of {@link #upToDate()}. */
    public FoldedTopic(
            Topic topic,
            Supplier<Consumer<String, byte[]>> consumers,
            LogEnd end,
            Duration timeout,
            S state,
            Supplier<Moment> now) {
        this.partition = new TopicPartition(topic.name(), 0);
        this.tail = new LogTail(topic.name() + "-tail", consumers, POLL, new Reader());
        this.end = end;
        this.timeout = timeout;
        this.state = state;
        this.now = now;
    }

    /** Starts to read. The client ids begin with {@code clientId}; the timeout bounds {@link #upToDate()}. */
    public static <S extends State> FoldedTopic<S> start(
            KafkaClients clients, String clientId, Topic topic, Duration timeout, S state) {
        // The end is asked for on a connection of its own, which no fetch holds.
        Admin admin = clients.admin(clientId + "-end", timeout);
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        FoldedTopic<S> folded = new FoldedTopic<>(
                topic,
                () -> clients.quietConsumer(clientId, Map.of("default.api.timeout.ms", 10_000)),
                new LogEnd(() -> end(admin, partition), () -> admin.close(Duration.ZERO)),
                timeout,
                state,
                Moment::now);
        folded.tail.start();
        return folded;
    }

    private static CompletableFuture<Long> end(Admin admin, TopicPartition partition) {
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .toCompletionStage()
                .thenApply(ListOffsetsResultInfo::offset)
                .toCompletableFuture();
    }

    public LogTail tail() {
        return tail;
    }

    /**
     * The state, once it has everything that was on the topic before the call. Blocks, for 1-2 ms while Kafka is healthy; not for
     * an event loop.
     *
     * @throws KafkaException if the topic cannot be read to its end within the timeout: then it is unknown what has changed
     */
    public S upToDate() {
        long deadline = System.nanoTime() + timeout.toNanos();
        Moment asked = now.get();
        try {
            await(end.now(deadline), deadline);
            complete(asked);
            return state;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * The state, once it has everything that was on the topic at a time not longer before the call than this. Asks for the end
     * before the state is as old as that, so that frequent calls seldom block; others block as {@link #upToDate()} does, and fail
     * as it does.
     */
    public S notOlderThan(Duration age) {
        if (isOlderThan(age)) {
            return upToDate();
        }
        if (isOlderThan(age.dividedBy(2)) && renewing.compareAndSet(false, true)) {
            Moment asked = now.get();
            var _ = end.ask().whenComplete((wanted, failure) -> {
                renewing.set(false);
                if (failure == null && isRead(wanted)) {
                    complete(asked);
                }
            });
        }
        return state;
    }

    private boolean isOlderThan(Duration age) {
        Moment complete = completeAt;
        return complete == null || now.get().isLaterThan(complete, age.toNanos());
    }

    private synchronized boolean isRead(long wanted) {
        return position >= wanted;
    }

    private synchronized void complete(Moment asked) {
        Moment before = completeAt;
        if (before == null || asked.isLaterThan(before, 0)) {
            completeAt = asked;
        }
    }

    private synchronized void await(long wanted, long deadline) throws InterruptedException {
        while (position < wanted) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException(partition + " is read up to offset " + position + " of " + wanted);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** The state as read so far. */
    public S known() {
        return state;
    }

    private void add(ConsumerRecord<String, byte[]> event) {
        try {
            state.add(event);
        } catch (MalformedEventException | IllegalArgumentException e) {
            LOG.warn("Ignoring a malformed event at {}@{}: {}", partition, event.offset(), e.getMessage());
        }
    }

    private synchronized void advance(long next) {
        position = next;
        notifyAll();
    }

    /** Does not wait: there is nothing to lose. */
    @Override
    public void close() {
        tail.close();
        end.close();
    }

    private final class Reader implements LogTail.Reader {
        @Override
        public void assign(Consumer<String, byte[]> consumer) {
            consumer.assign(List.of(partition));
            if (position == UNKNOWN) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, position);
            }
            endAtStart = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            added(consumer);
        }

        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            records.forEach(FoldedTopic.this::add);
            state.polled();
            added(consumer);
        }

        private void added(Consumer<String, byte[]> consumer) {
            long next = consumer.position(partition);
            if (next >= endAtStart) {
                state.complete();
            }
            advance(next);
        }
    }
}
