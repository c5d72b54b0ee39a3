package dev.parley.eventlog;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker for the end offset of a partition. One query is in flight at a time, and its result serves all callers that
 * came before it was sent: concurrent callers cost the broker no more than one.
 */
public final class LogEnd implements AutoCloseable {
    private final Supplier<CompletableFuture<Long>> query;
    private final Runnable close;

    /** The result of the query in flight. Guarded by this, as below. */
    private @Nullable CompletableFuture<Long> sent;

    /** The result for callers that came after that query was sent. */
    private @Nullable CompletableFuture<Long> next;

    public LogEnd(Supplier<CompletableFuture<Long>> query, Runnable close) {
        this.query = query;
        this.close = close;
    }

    /**
     * The end offset of the partition at the time of the call or later. Blocks.
     *
     * @param deadline of {@link System#nanoTime()}
     * @throws KafkaException if the broker does not answer in time
     */
    long now(long deadline) throws InterruptedException {
        try {
            return ask().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("the broker did not return the end of the topic in time", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
        }
    }

    /** The result of a query that is sent from now on. Does not block. */
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

    /** A query that throws fails its callers instead of leaving them waiting. */
    private CompletableFuture<Long> end() {
        try {
            return query.get();
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
        close.run();
    }
}
