package dev.parley.inference.generation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The wish of a client to have no more of a generation. Expressed by any thread, once or more often. */
public final class Cancellation {
    private final CompletableFuture<Void> requested = new CompletableFuture<>();

    public void request() {
        requested.complete(null);
    }

    boolean isRequested() {
        return requested.isDone();
    }

    /** Does something as soon as it is requested, on the thread that requests it; at once if it was. */
    public void onRequest(Runnable action) {
        var _ = requested.thenRun(action);
    }

    /** Waits for it, not longer than {@code limit}. */
    boolean await(Duration limit) throws InterruptedException {
        try {
            requested.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a cancellation never fails", e);
        }
    }
}
