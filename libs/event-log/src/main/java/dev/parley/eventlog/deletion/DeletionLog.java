package dev.parley.eventlog.deletion;

import dev.parley.contracts.event.ConversationCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails {@code chat.deletions}, and waits on demand until it has read all that is there. A deletion is on this topic, with
 * all in-sync replicas, before its client has an answer; so {@link #upToDate()}, called after that, has it, in whatever
 * process. One thread tails; a broken Kafka client is replaced and goes on where the last one stopped.
 */
public final class DeletionLog implements Runnable, AutoCloseable {
    static final TopicPartition PARTITION = new TopicPartition(Topics.DELETIONS.name(), 0);

    private static final Logger LOG = LoggerFactory.getLogger(DeletionLog.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);
    private static final long NOWHERE = -1;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final LogEnd end;
    private final Duration patience;
    private final Clock clock;
    private final Deletions deletions = new Deletions();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    /** Up to where {@link #deletions} has the topic. Guarded by the lock. */
    private long position = NOWHERE;

    private Instant nextSweep = Instant.EPOCH;

    /**
     * Makes one that reads nothing until {@link #run()}.
     *
     * @param consumers from the topic's beginning, if it is told no place
     * @param patience how long {@link #upToDate()} waits
     */
    DeletionLog(Supplier<Consumer<String, byte[]>> consumers, LogEnd end, Duration patience, Clock clock) {
        this.consumers = consumers;
        this.end = end;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Makes one that tails in a thread of its own, until it is closed.
     *
     * @param client the first part of the names of its Kafka clients
     * @param patience how long {@link #upToDate()} waits
     */
    public static DeletionLog tailing(String bootstrapServers, String client, Duration patience, Clock clock) {
        DeletionLog log = new DeletionLog(
                () -> DeletionClients.consumer(bootstrapServers, client),
                new LogEnd(DeletionClients.ends(bootstrapServers, client, patience)),
                patience,
                clock);
        Thread.ofPlatform().name("deletion-log").daemon().start(log);
        return log;
    }

    /**
     * The deletions, with every one that was answered before this call. Blocks, a millisecond or two if the log is well; so
     * not for an event loop.
     *
     * @throws KafkaException if the log cannot be reached, or not read to its end within the patience: what is deleted is
     *     not known then, and nothing may be served that could be
     */
    public Deletions upToDate() {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            await(end.now(deadline), deadline);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return deletions;
    }

    /** The deletions as far as they have come here. */
    public Deletions known() {
        return deletions;
    }

    private void await(long wanted, long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (position < wanted) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException("the deletions are read up to " + position + " of " + wanted);
                }
                long _ = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Until {@link #close()}. */
    @Override
    public void run() {
        try {
            do {
                tail();
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tail() {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            consumer.assign(List.of(PARTITION));
            if (position == NOWHERE) {
                consumer.seekToBeginning(List.of(PARTITION));
            } else {
                consumer.seek(PARTITION, position);
            }
            while (closing.getCount() > 0) {
                arrived(consumer.position(PARTITION));
                consumer.poll(POLL).forEach(this::take);
                sweep();
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("Tailing {} failed, beginning anew: {}", Topics.DELETIONS.name(), e.toString());
        }
    }

    private void arrived(long at) {
        lock.lock();
        try {
            if (position != at) {
                position = at;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void take(ConsumerRecord<String, byte[]> event) {
        try {
            if (ConversationCodec.decode(event.headers(), event.value()) instanceof ConversationDeleted deletion) {
                deletions.add(deletion);
            }
        } catch (MalformedEventException | IllegalArgumentException e) {
            LOG.warn("Ignoring a malformed event at {}-{}: {}", PARTITION, event.offset(), e.getMessage());
        }
    }

    private void sweep() {
        if (!clock.instant().isBefore(nextSweep)) {
            nextSweep = clock.instant().plus(BETWEEN_SWEEPS);
            deletions.forgetBefore(clock.instant().minus(Topics.DELETIONS.retention()));
        }
    }

    /** Does not wait: there is nothing to lose. */
    @Override
    public void close() {
        closing.countDown();
        end.close();
    }
}
