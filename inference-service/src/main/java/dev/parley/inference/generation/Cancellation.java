package dev.parley.inference.generation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The request of a client to stop a generation. Requested by any thread; repetitions have no effect. */
public final class Cancellation {
    private final CompletableFuture<Void> requested = new CompletableFuture<>();

    public void request() {
        requested.complete(null);
    }

    boolean isRequested() {
        return requested.isDone();
    }

    /** Runs an action when it is requested, on the requesting thread; at once if it was requested before. */
    public void onRequest(Runnable action) {
        var _ = requested.thenRun(action);
    }

    /** Waits for the request; false if it does not come within the limit. */
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
