package dev.parley.pulse;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads Kafka and the services while snapshots are requested. The first request starts the readers, which all clients
 * share; they are closed after the idle timeout without a request.
 */
final class OpsMonitor implements AutoCloseable {
    /** Maximum age of a snapshot that several requests share. */
    private static final Duration FRESH = Duration.ofMillis(500);

    private static final Duration IDLE_CHECK = Duration.ofMillis(200);

    private final Supplier<Readers> start;
    private final Duration idleTimeout;

    /** Guarded by this, as all below; null while nothing is read. */
    private @Nullable Readers readers;

    private @Nullable OpsSnapshot latest;
    private long latestNanos;
    private long lastRequestNanos;
    private boolean closed;

    /** Reads Kafka and the services until it is closed. */
    interface Readers extends AutoCloseable {
        OpsSnapshot snapshot();

        @Override
        void close();
    }

    OpsMonitor(Supplier<Readers> start, Duration idleTimeout) {
        this.start = start;
        this.idleTimeout = idleTimeout;
    }

    /** The present state, at most half a second old. Most of it is unknown right after the readers start. */
    synchronized OpsSnapshot snapshot() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        lastRequestNanos = System.nanoTime();
        if (readers == null) {
            readers = start.get();
            latest = null;
            Thread.ofVirtual().name("idle-check").start(this::stopWhenIdle);
        }
        if (latest == null || System.nanoTime() - latestNanos > FRESH.toNanos()) {
            latest = readers.snapshot();
            latestNanos = System.nanoTime();
        }
        return latest;
    }

    private void stopWhenIdle() {
        try {
            do {
                Thread.sleep(IDLE_CHECK);
            } while (!stopIfIdle());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean stopIfIdle() {
        if (!closed && System.nanoTime() - lastRequestNanos < idleTimeout.toNanos()) {
            return false;
        }
        stop();
        return true;
    }

    private void stop() {
        if (readers != null) {
            readers.close();
            readers = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        stop();
    }
}
