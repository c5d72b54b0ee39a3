package dev.parley.eventlog.deletion;

import dev.parley.contracts.event.ConversationCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.LogTail;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code chat.deletions} from its beginning, and waits on demand until everything on it has been read. A deletion is
 * on all in-sync replicas before its client gets a response, so {@link #upToDate()}, called after that response, includes
 * it in every process.
 */
public final class DeletionLog implements AutoCloseable {
    static final TopicPartition PARTITION = new TopicPartition(Topics.DELETIONS.name(), 0);

    private static final Logger LOG = LoggerFactory.getLogger(DeletionLog.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
    private static final long UNKNOWN = -1;

    private final LogTail tail;
    private final LogEnd end;
    private final Duration timeout;
    private final Clock clock;
    private final Deletions deletions = new Deletions();

    /** The offset up to which {@link #deletions} is complete. Guarded by this. */
    private long position = UNKNOWN;

    /** Owned by the thread of the tail. */
    private Instant nextSweep = Instant.EPOCH;

    /** A log that reads nothing until {@link #tail()} runs; the timeout bounds the wait of {@link #upToDate()}. */
    DeletionLog(Supplier<Consumer<String, byte[]>> consumers, LogEnd end, Duration timeout, Clock clock) {
        this.tail = new LogTail("deletion-log", consumers, POLL, new Reader());
        this.end = end;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Starts to read, on a thread of its own, until it is closed.
     *
     * @param service the first part of the client ids
     * @param timeout bounds the wait of {@link #upToDate()}
     */
    public static DeletionLog start(KafkaClients clients, String service, Duration timeout, Clock clock) {
        // The end is asked for on a connection of its own, which no fetch holds.
        Admin admin = clients.admin(service + "-deletions-end", timeout);
        DeletionLog log = new DeletionLog(
                () -> clients.shortLivedConsumer(service + "-deletions", Map.of("default.api.timeout.ms", 10_000)),
                new LogEnd(() -> end(admin), () -> admin.close(Duration.ZERO)),
                timeout,
                clock);
        log.tail.start();
        return log;
    }

    private static CompletableFuture<Long> end(Admin admin) {
        return admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()))
                .partitionResult(PARTITION)
                .toCompletionStage()
                .thenApply(ListOffsetsResultInfo::offset)
                .toCompletableFuture();
    }

    LogTail tail() {
        return tail;
    }

    /**
     * The deletions, including every one whose client had a response before this call. Blocks, for 1-2 ms while Kafka is
     * healthy; not for an event loop.
     *
     * @throws KafkaException if the topic cannot be read to its end within the timeout: then it is unknown what is deleted,
     *     and nothing that may be deleted can be served
     */
    public Deletions upToDate() {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            await(end.now(deadline), deadline);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return deletions;
    }

    /** The deletions read so far. */
    public Deletions known() {
        return deletions;
    }

    private synchronized void await(long wanted, long deadline) throws InterruptedException {
        while (position < wanted) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException("deletions are read up to offset " + position + " of " + wanted);
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
            consumer.assign(List.of(PARTITION));
            if (position == UNKNOWN) {
                consumer.seekToBeginning(List.of(PARTITION));
            } else {
                consumer.seek(PARTITION, position);
            }
            advance(consumer.position(PARTITION));
        }

        @Override
        public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
            records.forEach(this::add);
            sweep();
            advance(consumer.position(PARTITION));
        }

        private void add(ConsumerRecord<String, byte[]> event) {
            try {
                if (ConversationCodec.decode(event.headers(), event.value()) instanceof ConversationDeleted deletion) {
                    deletions.add(deletion);
                }
            } catch (MalformedEventException | IllegalArgumentException e) {
                LOG.warn("Ignoring a malformed event at {}@{}: {}", PARTITION, event.offset(), e.getMessage());
            }
        }

        private void sweep() {
            if (!clock.instant().isBefore(nextSweep)) {
                nextSweep = clock.instant().plus(SWEEP_INTERVAL);
                deletions.removeOlderThan(clock.instant().minus(Topics.DELETIONS.retention()));
            }
        }
    }
}
