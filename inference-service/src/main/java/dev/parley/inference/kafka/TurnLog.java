package dev.parley.inference.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.inference.generation.FinishedTurn;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records turns that come from one partition of {@code chat.inference}, each with its marker on {@code chat.deltas} in
 * one transaction. Opening it shuts out every earlier one of the same partition, whichever process holds it: that is
 * what makes a turn happen once.
 *
 * <p>Used by many generations; the lock lets one transaction follow the other. A transaction that fails leaves the log
 * broken, and its outcome unknown. Only the polling thread, which alone knows that the partition is still ours, may mend
 * it: anybody else could shut out our own successor.
 */
final class TurnLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLog.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final String SOURCE = "inference-service";

    private final Supplier<Producer<String, byte[]>> producers;
    private final ReentrantLock oneAtATime = new ReentrantLock();
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
     */
    boolean record(FinishedTurn finished, int deltaPartition, int mendsBefore) throws InterruptedException {
        ProducerRecord<String, byte[]> turn = switch (finished.turn()) {
            case ChatCompleted whole -> TurnCodec.encode(whole, SOURCE, finished.gzippedFrames());
            case Turn other -> TurnCodec.encode(other, SOURCE);
        };
        ProducerRecord<String, byte[]> marker = DeltaCodec.encode(finished.marker(), deltaPartition);
        oneAtATime.lockInterruptibly();
        try {
            if (closed || broken || mends.get() != mendsBefore) {
                return false;
            }
            producer.beginTransaction();
            var _ = producer.send(turn);
            var _ = producer.send(marker);
            return commit();
        } catch (KafkaException | IllegalStateException e) {
            broken = true;
            LOG.warn("A turn could not be recorded yet: {}", e.toString());
            return false;
        } finally {
            oneAtATime.unlock();
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
