package dev.parley.eventlog;

import static java.util.Objects.requireNonNull;

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

    /** The result of the query that was sent last. Guarded by this, as below. */
    private CompletableFuture<Long> sent = CompletableFuture.completedFuture(0L);

    /** The result for callers that came after that query was sent; of a query that is sent when that one is answered. */
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
        CompletableFuture<Long> asked = next;
        if (asked == null) {
            asked = new CompletableFuture<>();
            next = asked;
            var _ = sent.whenComplete((_, _) -> send());
        }
        return asked;
    }

    private synchronized void send() {
        CompletableFuture<Long> answer = requireNonNull(next);
        sent = answer;
        next = null;
        var _ = end().whenComplete((end, failure) -> {
            if (failure == null) {
                answer.complete(end);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    /** A query that throws fails its callers instead of leaving them waiting. */
    private CompletableFuture<Long> end() {
        try {
            return query.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        close.run();
    }
}
