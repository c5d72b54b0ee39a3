package dev.parley.eventlog.deletion;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker where a partition ends. One question is on its way at a time, and one answer serves all callers that came
 * before its question was sent: however many ask, the broker is asked as often as it answers.
 */
final class LogEnd implements AutoCloseable {
    /** The broker. */
    interface Broker extends AutoCloseable {
        CompletableFuture<Long> end();

        @Override
        void close();
    }

    private final Broker broker;

    /** The question that is on its way. Guarded by this, as below. */
    private @Nullable CompletableFuture<Long> sent;

    /** The answer to those that came after it was sent. */
    private @Nullable CompletableFuture<Long> next;

    LogEnd(Broker broker) {
        this.broker = broker;
    }

    /**
     * An end that the partition had, or had passed, at the time of the call. Blocks.
     *
     * @param deadline of {@link System#nanoTime()}
     * @throws KafkaException if the broker does not answer in time
     */
    long now(long deadline) throws InterruptedException {
        try {
            return ask().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("the broker does not tell the end of the deletions", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
        }
    }

    /** The answer to a question that is sent from now on; does not block. */
    synchronized CompletableFuture<Long> ask() {
        if (sent == null) {
            return send(new CompletableFuture<>());
        }
        if (next == null) {
            next = new CompletableFuture<>();
        }
        return next;
    }

    private CompletableFuture<Long> send(CompletableFuture<Long> answer) {
        sent = answer;
        var _ = end().whenComplete((end, failure) -> {
            answered();
            if (failure == null) {
                answer.complete(end);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    /** A failure to ask is an answer too: else all would wait for it for ever. */
    private CompletableFuture<Long> end() {
        try {
            return broker.end();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void answered() {
        sent = null;
        CompletableFuture<Long> waiting = next;
        next = null;
        if (waiting != null) {
            var _ = send(waiting);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
