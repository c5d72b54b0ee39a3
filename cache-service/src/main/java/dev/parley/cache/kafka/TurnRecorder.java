package dev.parley.cache.kafka;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the turns of cached answers whose requests come from one partition, in transactions. Opening it shuts out
 * every earlier recorder of the partition, whichever process holds it.
 *
 * <p>One thread owns the producer. A transaction costs the broker more than a turn, and nobody waits for a turn, since its
 * answer has been given: so turns gather for a moment before a transaction begins, and those that come until it could be
 * committed join it. A recorder that Kafka troubles is not {@link #ready()} until it has opened again. One that was shut
 * out opens again only after two session timeouts: if the partition has got a new owner, this replica has heard of it by
 * then and has closed the recorder; if not, the broker had only given up a transaction that hung.
 */
public final class TurnRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnRecorder.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final int TRANSACTION_TURNS_MAX = 100;

    private final Supplier<Producer<String, byte[]>> producers;
    private final Timer commits;
    private final ThreadPoolExecutor thread;
    private final Duration gathering;
    private final Executor afterPause;
    private final Executor afterLossWouldBeKnown;
    private final List<CompletableFuture<Void>> inTransaction = new ArrayList<>();
    private Optional<Producer<String, byte[]>> producer = Optional.empty();
    private volatile boolean ready;
    private volatile boolean closed;

    public TurnRecorder(
            String name, Supplier<Producer<String, byte[]>> producers, KafkaSettings settings, Timer commits) {
        this.producers = producers;
        this.commits = commits;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.transactionsWaitingMax()),
                Thread.ofVirtual().name(name).factory());
        this.gathering = settings.gathering();
        this.afterPause = after(settings.retryInterval());
        this.afterLossWouldBeKnown = after(settings.sessionTimeout().multipliedBy(2));
    }

    private Executor after(Duration pause) {
        return CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, thread);
    }

    /** Shuts the predecessors out. The future ends when that is done, or when the first try has failed. */
    CompletableFuture<Void> open() {
        return CompletableFuture.runAsync(this::tryToOpen, thread);
    }

    /** Whether a turn would probably be recorded. */
    boolean ready() {
        return ready;
    }

    /**
     * Records a turn and what belongs to it. If the future fails, it may be recorded or not.
     *
     * @param events made on the recorder's thread, so that its reader need not wait for that
     */
    CompletableFuture<Void> record(Supplier<List<ProducerRecord<String, byte[]>>> events) {
        CompletableFuture<Void> recorded = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                append(events, recorded);
                commitUnlessMoreWait();
            });
        } catch (RejectedExecutionException e) {
            recorded.completeExceptionally(e);
        }
        return recorded;
    }

    private void tryToOpen() {
        if (closed) {
            return;
        }
        Optional<Producer<String, byte[]>> opened = open(producers);
        if (closed) {
            opened.ifPresent(late -> late.close(Duration.ZERO));
        } else if (opened.isPresent()) {
            producer = opened;
            ready = true;
        } else {
            afterPause.execute(this::tryToOpen);
        }
    }

    /** A producer that has shut its predecessors out; empty if Kafka does not let it. */
    private Optional<Producer<String, byte[]>> open(Supplier<Producer<String, byte[]>> from) {
        Optional<Producer<String, byte[]>> opening = Optional.empty();
        try {
            opening = Optional.of(from.get());
            if (!closed) {
                opening.get().initTransactions();
            }
            return opening;
        } catch (KafkaException e) {
            LOG.warn("A recorder of turns could not be opened, cached answers of its partition rest: {}", e.toString());
            opening.ifPresent(failed -> failed.close(Duration.ZERO));
            return Optional.empty();
        }
    }

    private void append(Supplier<List<ProducerRecord<String, byte[]>>> events, CompletableFuture<Void> recorded) {
        if (!ready) {
            recorded.completeExceptionally(new IllegalStateException("the recorder is not open"));
            return;
        }
        List<ProducerRecord<String, byte[]>> made;
        try {
            made = events.get();
        } catch (RuntimeException e) {
            recorded.completeExceptionally(e);
            return;
        }
        boolean first = inTransaction.isEmpty();
        if (first) {
            LockSupport.parkNanos(gathering.toNanos());
        }
        inTransaction.add(recorded);
        attempt(open -> {
            if (first) {
                open.beginTransaction();
            }
            made.forEach(event -> {
                var _ = open.send(event);
            });
        });
    }

    private void commitUnlessMoreWait() {
        if (!inTransaction.isEmpty()
                && (thread.getQueue().isEmpty() || inTransaction.size() >= TRANSACTION_TURNS_MAX)) {
            attempt(open -> {
                commits.record(open::commitTransaction);
                List<CompletableFuture<Void>> recorded = List.copyOf(inTransaction);
                inTransaction.clear();
                recorded.forEach(turn -> turn.complete(null));
            });
        }
    }

    private void attempt(Consumer<Producer<String, byte[]>> step) {
        Producer<String, byte[]> open = producer.orElseThrow();
        try {
            step.accept(open);
        } catch (KafkaException | IllegalStateException e) {
            LOG.warn("{} turns of cached answers could not be recorded: {}", inTransaction.size(), e.toString());
            recover(open);
            List<CompletableFuture<Void>> failed = List.copyOf(inTransaction);
            inTransaction.clear();
            failed.forEach(turn -> turn.completeExceptionally(e));
        }
    }

    private void recover(Producer<String, byte[]> troubled) {
        try {
            troubled.abortTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            LOG.warn("A recorder of turns was shut out: {}", e.toString());
            abandon(troubled);
            afterLossWouldBeKnown.execute(this::tryToOpen);
        } catch (KafkaException | IllegalStateException e) {
            // Whether the transaction took place is unknown now; opening anew settles it, one way or the other.
            abandon(troubled);
            afterPause.execute(this::tryToOpen);
        }
    }

    private void abandon(Producer<String, byte[]> troubled) {
        ready = false;
        producer = Optional.empty();
        troubled.close(Duration.ZERO);
    }

    /** Records what waits, within two seconds, and closes the producer. */
    @Override
    public void close() {
        closed = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("A recorder of turns was closed before it was done");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ready = false;
        producer.ifPresent(open -> open.close(Duration.ZERO));
    }
}
