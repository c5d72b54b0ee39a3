package dev.parley.inference.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.inference.generation.FinishedTurn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records turns that come from one partition of {@code chat.requests}, each with its marker on {@code chat.deltas} in
 * one transaction. Opening it shuts out every earlier one of the same partition, whichever process holds it: that is
 * what makes a turn happen once.
 *
 * <p>Used by many generations; the lock lets one transaction follow the other, and what waits for it shares the next one. In
 * busy times turns gather for a moment before, since a transaction costs the broker more than a turn, and nobody waits for
 * it: the answer has been sent. A transaction that fails leaves the log broken, and its outcome unknown. Only the polling
 * thread, which alone knows that the partition is still ours, may mend it: anybody else could shut out our own successor.
 */
final class TurnLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLog.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final String SOURCE = "inference-service";
    private static final int TOGETHER_MAX = 100;
    private static final int TOGETHER_BYTES_MAX = 4 * 1024 * 1024;
    /** What the topic takes, less room for the batch around it. */
    private static final int TURN_BYTES_MAX = Topics.TURNS.recordBytesMax() - 256 * 1024;

    private static final Duration GATHERING = Duration.ofMillis(100);
    private static final Duration WINDOW = Duration.ofSeconds(1);
    /** From so many turns a second on, about two meet while they gather. */
    private static final int BUSY_FROM = 10;

    private final Supplier<Producer<String, byte[]>> producers;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    /** At most one of each running generation. */
    private final Queue<WaitingTurn> waiting = new ConcurrentLinkedQueue<>();

    private final Pace pace = new Pace(WINDOW, BUSY_FROM, System::nanoTime);
    private volatile boolean closed;
    private volatile boolean broken;
    private final AtomicInteger mends = new AtomicInteger();
    private Producer<String, byte[]> producer;

    /** Opens the log; waits for the broker to shut the predecessor out. */
    TurnLog(Supplier<Producer<String, byte[]>> producers) {
        this.producers = producers;
        this.producer = opened(producers);
    }

    private static Producer<String, byte[]> opened(Supplier<Producer<String, byte[]>> producers) {
        Producer<String, byte[]> opened = producers.get();
        try {
            opened.initTransactions();
            return opened;
        } catch (KafkaException e) {
            opened.close(Duration.ZERO);
            throw e;
        }
    }

    /** Whether the partition is ours. */
    boolean isOpen() {
        return !closed;
    }

    /** How often it was mended: what was begun before a mending must be judged by the log, which may know more by now. */
    int mends() {
        return mends.get();
    }

    /**
     * Records a turn.
     *
     * @param mendsBefore how often the log had been mended when the work on this turn began
     * @return whether it is recorded for certain; if not, the log has to be asked
     * @throws RecordTooLargeException if the topic would not take it; with it, a transaction would fail others' turns too
     */
    boolean record(FinishedTurn finished, int deltaPartition, int mendsBefore) throws InterruptedException {
        ProducerRecord<String, byte[]> turn = switch (finished.turn()) {
            case ChatCompleted whole
            when finished.gzippedFrames().length > 0 -> TurnCodec.encode(whole, SOURCE, finished.gzippedFrames());
            case Turn other -> TurnCodec.encode(other, SOURCE);
        };
        if (bytes(turn) > TURN_BYTES_MAX) {
            throw new RecordTooLargeException("a turn of " + bytes(turn) + " bytes cannot be recorded");
        }
        WaitingTurn entry = new WaitingTurn(turn, DeltaCodec.encode(finished.marker(), deltaPartition), mendsBefore);
        waiting.add(entry);
        try {
            if (pace.count()) {
                LockSupport.parkNanos(GATHERING.toNanos());
            }
            oneAtATime.lockInterruptibly();
            try {
                while (!entry.decided) {
                    recordTogether();
                }
                return entry.recorded;
            } finally {
                oneAtATime.unlock();
            }
        } finally {
            waiting.remove(entry);
        }
    }

    private static long bytes(ProducerRecord<String, byte[]> turn) {
        long bytes = turn.value().length;
        for (Header header : turn.headers()) {
            bytes += header.key().length() + header.value().length;
        }
        return bytes;
    }

    /** Decides about the entries that wait, the oldest first, in one transaction. */
    private void recordTogether() {
        List<WaitingTurn> together = new ArrayList<>();
        int bytes = 0;
        while (together.size() < TOGETHER_MAX && bytes < TOGETHER_BYTES_MAX) {
            WaitingTurn next = waiting.poll();
            if (next == null) {
                break;
            }
            next.decided = true;
            if (!closed && !broken && next.mendsBefore == mends.get()) {
                together.add(next);
                bytes += next.turn.value().length;
            }
        }
        if (!together.isEmpty()) {
            record(together);
        }
    }

    private void record(List<WaitingTurn> together) {
        try {
            producer.beginTransaction();
            for (WaitingTurn next : together) {
                var _ = producer.send(next.turn);
                var _ = producer.send(next.marker);
            }
            boolean committed = commit();
            together.forEach(next -> next.recorded = committed);
        } catch (KafkaException | IllegalStateException e) {
            broken = true;
            LOG.warn("{} turns could not be recorded yet: {}", together.size(), e.toString());
        }
    }

    /** A commit that timed out must be tried again, not aborted; the broker may have done it. */
    private boolean commit() {
        while (!closed) {
            try {
                producer.commitTransaction();
                return true;
            } catch (TimeoutException e) {
                LOG.warn("The broker takes its time to commit a turn");
            }
        }
        return false;
    }

    /** Makes a broken log usable again. Polling thread only, while the partition is ours. */
    void mend() {
        if (!broken) {
            return;
        }
        oneAtATime.lock();
        try {
            producer.close(Duration.ZERO);
            producer = opened(producers);
            mends.incrementAndGet();
            broken = false;
        } catch (KafkaException e) {
            LOG.warn("A turn log cannot be mended yet: {}", e.toString());
        } finally {
            oneAtATime.unlock();
        }
    }

    /** The partition is not ours any more. */
    @Override
    public void close() {
        closed = true;
        oneAtATime.lock();
        try {
            producer.close(CLOSE_TIMEOUT);
        } finally {
            oneAtATime.unlock();
        }
    }
}
