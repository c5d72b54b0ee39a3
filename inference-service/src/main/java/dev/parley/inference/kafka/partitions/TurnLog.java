package dev.parley.inference.kafka.partitions;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.FinishedTurn;
import dev.parley.inference.kafka.ArrivalRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the turns of one partition of {@code chat.requests}, each in a transaction with its marker on {@code chat.deltas}.
 * Opening it fences every earlier turn log of the partition, in whatever process, so that each turn is recorded once.
 *
 * <p>Used by the threads of many generations. A lock serialises the transactions; turns that wait for it share the next one.
 * At a high rate turns are delayed by up to a second to share a transaction, which costs the broker more than a turn; the
 * answer has been sent by then. After a failed transaction the log is broken and the result unknown, until it is opened again: by
 * any thread, while the partition is owned, because that fences the producer of a later owner.
 */
public final class TurnLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLog.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final int TOGETHER_MAX = 100;
    private static final int TOGETHER_BYTES_MAX = 4 * 1024 * 1024;
    /** Largest turn: what the topic takes, less room for the batch around it. */
    private static final int TURN_BYTES_MAX = Topics.TURNS.recordBytesMax() - 256 * 1024;

    private static final Duration BATCH_DELAY = Duration.ofSeconds(1);

    /** A turn that waits to be recorded together with its marker. */
    private static final class PendingTurn {
        final ProducerRecord<String, byte[]> turn;
        final ProducerRecord<String, byte[]> marker;
        final int repairsBefore;
        final CountDownLatch decided = new CountDownLatch(1);
        /** The result; written before it is decided. */
        boolean recorded;

        PendingTurn(ProducerRecord<String, byte[]> turn, ProducerRecord<String, byte[]> marker, int repairsBefore) {
            this.turn = turn;
            this.marker = marker;
            this.repairsBefore = repairsBefore;
        }
    }

    private final Supplier<Producer<String, byte[]>> producers;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    /** Bounded by the generations in flight, of which each adds one at most. */
    private final Queue<PendingTurn> pending = new ConcurrentLinkedQueue<>();

    private final ArrivalRate rate;
    /** Whether the partition was given back, while turns may still be recorded. */
    private volatile boolean left;

    private volatile boolean closed;
    private volatile boolean broken = true;
    /** How often the log was opened after the first time; -1 before that. */
    private final AtomicInteger repairs = new AtomicInteger(-1);

    private volatile @Nullable Producer<String, byte[]> producer;

    /**
     * A log that records nothing before it is opened.
     *
     * @param rate of the turns of all partitions of this replica: while it is high, turns share transactions
     */
    TurnLog(Supplier<Producer<String, byte[]>> producers, ArrivalRate rate) {
        this.producers = producers;
        this.rate = rate;
    }

    /**
     * Opens the log if it is broken, or was never opened. Blocks until the broker has fenced all earlier producers of the partition,
     * for at most a {@code max.block.ms}; then it stays broken. Does nothing while another thread opens it.
     *
     * @param owned whether the partition is still owned, asked until right before the fencing
     */
    public void open(BooleanSupplier owned) {
        if (!broken || !oneAtATime.tryLock()) {
            return;
        }
        try {
            if (broken && isOpen() && owned.getAsBoolean()) {
                replaceProducer(owned);
            }
        } catch (KafkaException | IllegalStateException e) {
            LOG.warn("A turn log cannot be opened yet: {}", e.toString());
        } finally {
            oneAtATime.unlock();
        }
    }

    private void replaceProducer(BooleanSupplier owned) {
        closeProducer(Duration.ZERO);
        Producer<String, byte[]> next = producers.get();
        producer = next;
        // Either this is seen by close, or that is seen here. Making a producer takes a moment.
        if (!isOpen() || !owned.getAsBoolean()) {
            return;
        }
        try {
            next.initTransactions();
        } catch (KafkaException | IllegalStateException e) {
            // Else it would go on trying.
            next.close(Duration.ZERO);
            throw e;
        }
        repairs.incrementAndGet();
        broken = false;
    }

    /** Whether this replica owns the partition. */
    public boolean isOpen() {
        return !left && !closed;
    }

    /** Whether it has to be opened, for the first time or again. */
    public boolean isBroken() {
        return broken;
    }

    /** The number of repairs. Work that started before a repair is checked against the log instead of being recorded. */
    public int repairs() {
        return repairs.get();
    }

    /**
     * Records a turn.
     *
     * @param repairsBefore the number of repairs when the work on this turn started
     * @return false if it is unknown whether the turn is on the log
     * @throws RecordTooLargeException if the turn is too large for the topic; it would fail the turns of its transaction
     */
    public boolean record(FinishedTurn finished, int deltaPartition, int repairsBefore) throws InterruptedException {
        ProducerRecord<String, byte[]> turn = switch (finished.turn()) {
            case ChatCompleted whole
            when finished.gzippedFrames().length > 0 ->
                TurnCodec.encode(whole, finished.gzippedFrames(), finished.question());
            case Turn other -> TurnCodec.encode(other);
        };
        if (bytes(turn) > TURN_BYTES_MAX) {
            throw new RecordTooLargeException("a turn of " + bytes(turn) + " bytes cannot be recorded");
        }
        PendingTurn entry = new PendingTurn(turn, DeltaCodec.encode(finished.marker(), deltaPartition), repairsBefore);
        pending.add(entry);
        try {
            // Another thread may record it meanwhile. A replica that stops has no time to wait.
            if (!isOpen() || !rate.count() || !entry.decided.await(BATCH_DELAY.toMillis(), TimeUnit.MILLISECONDS)) {
                recordWithOthers(entry);
            }
            return entry.recorded;
        } finally {
            pending.remove(entry);
        }
    }

    private void recordWithOthers(PendingTurn entry) throws InterruptedException {
        oneAtATime.lockInterruptibly();
        try {
            while (entry.decided.getCount() > 0) {
                recordTogether();
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    private static long bytes(ProducerRecord<String, byte[]> turn) {
        long bytes = turn.value().length;
        for (Header header : turn.headers()) {
            bytes += header.key().length() + header.value().length;
        }
        return bytes;
    }

    /** Records pending turns, the oldest first, in one transaction. */
    private void recordTogether() {
        List<PendingTurn> together = new ArrayList<>();
        int bytes = 0;
        while (together.size() < TOGETHER_MAX && bytes < TOGETHER_BYTES_MAX) {
            PendingTurn next = pending.poll();
            if (next == null) {
                break;
            }
            if (!closed && !broken && next.repairsBefore == repairs.get()) {
                together.add(next);
                bytes += next.turn.value().length;
            } else {
                next.decided.countDown();
            }
        }
        if (!together.isEmpty()) {
            record(together);
        }
    }

    private void record(List<PendingTurn> together) {
        try {
            Producer<String, byte[]> open = requireNonNull(producer);
            open.beginTransaction();
            for (PendingTurn next : together) {
                var _ = open.send(next.turn);
                var _ = open.send(next.marker);
            }
            boolean committed = commit(open);
            together.forEach(next -> next.recorded = committed);
        } catch (KafkaException | IllegalStateException e) {
            broken = true;
            if (isOpen()) {
                LOG.warn("{} turns could not be recorded yet: {}", together.size(), e.toString());
            } else {
                LOG.info("{} turns are left to the next owner: {}", together.size(), e.toString());
            }
        } finally {
            together.forEach(next -> next.decided.countDown());
        }
    }

    /** A commit that timed out is repeated and not aborted, because the broker may have executed it. */
    private boolean commit(Producer<String, byte[]> open) {
        while (!closed) {
            try {
                open.commitTransaction();
                return true;
            } catch (TimeoutException e) {
                LOG.warn("A commit timed out and is repeated");
            }
        }
        return false;
    }

    /**
     * The partition is given back by a replica that stops. Its turns are recorded all the same, until this log is closed, or the next
     * owner opens its own, which fences this one: there may be no next owner before the answers expire.
     */
    void leave() {
        left = true;
        if (broken) {
            // Nothing can be recorded, and an opening in progress would fence the next owner.
            close();
        }
    }

    /** The partition is not owned any more. Does not wait for the transaction in progress, which the next owner aborts at worst. */
    @Override
    public void close() {
        closed = true;
        Thread.startVirtualThread(() -> {
            if (broken) {
                // Ends an opening in progress, which would fence the next owner.
                closeProducer(Duration.ZERO);
            }
            oneAtATime.lock();
            try {
                closeProducer(CLOSE_TIMEOUT);
            } finally {
                oneAtATime.unlock();
            }
        });
    }

    private void closeProducer(Duration timeout) {
        Producer<String, byte[]> open = producer;
        if (open != null) {
            open.close(timeout);
        }
    }
}
