package dev.parley.inference.kafka;

import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.inference.generation.FinishedTurn;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records turns that come from one partition of {@code chat.inference}, each with its marker on {@code chat.deltas} in
 * one transaction. Opening it shuts out every earlier one of the same partition, whichever process holds it: that is
 * what makes a turn happen once.
 *
 * <p>Used by many generations; the lock lets one transaction follow the other.
 */
final class TurnLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLog.class);
    private static final Duration BACK_OFF = Duration.ofSeconds(1);
    private static final String SOURCE = "inference-service";

    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Producer<String, byte[]> producer;

    /** Opens the log; waits for the broker to shut the predecessor out. */
    TurnLog(Producer<String, byte[]> producer) {
        this.producer = producer;
        producer.initTransactions();
    }

    /**
     * Records a turn, however long the broker takes, as long as the partition is ours.
     *
     * @return whether it is recorded; if not, the partition's new owner will see to it
     */
    boolean record(FinishedTurn finished, int deltaPartition) throws InterruptedException {
        ProducerRecord<String, byte[]> turn = switch (finished.turn()) {
            case ChatCompleted whole -> TurnCodec.encode(whole, SOURCE, finished.gzippedFrames());
            case Turn other -> TurnCodec.encode(other, SOURCE);
        };
        ProducerRecord<String, byte[]> marker = DeltaCodec.encode(finished.marker(), deltaPartition);
        oneAtATime.lockInterruptibly();
        try {
            do {
                if (closed.getCount() == 0) {
                    return false;
                }
                try {
                    commit(turn, marker);
                    return true;
                } catch (ProducerFencedException | InvalidProducerEpochException e) {
                    LOG.info("Another replica owns this partition now; it will record the turn");
                    return false;
                } catch (KafkaException e) {
                    LOG.warn("A turn could not be recorded yet: {}", e.toString());
                    abort();
                }
            } while (!closed.await(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS));
            return false;
        } finally {
            oneAtATime.unlock();
        }
    }

    private void commit(ProducerRecord<String, byte[]> turn, ProducerRecord<String, byte[]> marker) {
        producer.beginTransaction();
        var _ = producer.send(turn);
        var _ = producer.send(marker);
        producer.commitTransaction();
    }

    /** Makes the producer ready for the next try. A new producer is no way out: it would shut out our own successor. */
    private void abort() {
        try {
            producer.abortTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            closed.countDown();
        } catch (KafkaException e) {
            LOG.warn("A transaction could not be aborted yet: {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        oneAtATime.lock();
        try {
            producer.close(Duration.ofSeconds(2));
        } finally {
            oneAtATime.unlock();
        }
    }
}
