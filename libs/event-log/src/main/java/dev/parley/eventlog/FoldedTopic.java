package dev.parley.eventlog;

import dev.parley.contracts.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/**
 * Reads the only partition of a topic from its beginning into memory, and waits on demand until everything on it has been
 * read. What is on all in-sync replicas before a call of {@link #awaitEnd()} is part of the state after it, in every process.
 */
public final class FoldedTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long UNKNOWN = -1;

    /** The state in memory. Called by the thread of the tail. */
    public interface Fold {
        void add(ConsumerRecord<String, byte[]> event);

        /** After each poll. */
        default void polled() {}
    }

    private final TopicPartition partition;
    private final LogTail tail;
    private final LogEnd end;
    private final Duration timeout;
    private final Fold fold;

    /** The offset up to which the state is complete. Guarded by this. */
    private long position = UNKNOWN;

    /** A topic that is not read until {@link #tail()} runs. The timeout bounds the wait of {@link #awaitEnd()}. */
    public FoldedTopic(
            Topic topic, Supplier<Consumer<String, byte[]>> consumers, LogEnd end, Duration timeout, Fold fold) {
        this.partition = new TopicPartition(topic.name(), 0);
        this.tail = new LogTail(topic.name() + "-tail", consumers, POLL, new Reader());
        this.end = end;
        this.timeout = timeout;
        this.fold = fold;
    }

    /** Starts to read. The client ids begin with {@code clientId}; the timeout bounds {@link #awaitEnd()}. */
    public static FoldedTopic start(KafkaClients clients, String clientId, Topic topic, Duration timeout, Fold fold) {
        // The end is asked for on a connection of its own, which no fetch holds.
        Admin admin = clients.admin(clientId + "-end", timeout);
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        FoldedTopic folded = new FoldedTopic(
                topic,
                () -> clients.quietConsumer(clientId, Map.of("default.api.timeout.ms", 10_000)),
                new LogEnd(() -> end(admin, partition), () -> admin.close(Duration.ZERO)),
                timeout,
                fold);
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
     * Waits until the state has everything that was on the topic before the call. Blocks, for 1-2 ms while Kafka is healthy;
     * not for an event loop.
     *
     * @throws KafkaException if the topic cannot be read to its end within the timeout: then it is unknown what has changed
     */
    public void awaitEnd() {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            await(end.now(deadline), deadline);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
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
            advance(consumer.position(partition));
        }

        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            records.forEach(fold::add);
            fold.polled();
            advance(consumer.position(partition));
        }
    }
}
