package dev.parley.experiment.trial;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Runs trials on threads of their own: so many at once, and with an interval between their starts. The first failure ends the
 * run. Trials are started by one thread.
 */
public final class TrialThreads implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final int max;
    private final Duration interval;
    private long nextStart = System.nanoTime();

    /** Guarded by this, as the next two. */
    private int running;

    private boolean stopped;
    private Optional<Exception> failure = Optional.empty();

    /** A trial, with the events before and after it. */
    public interface Task {
        void run() throws IOException, InterruptedException;
    }

    public TrialThreads(int max, Duration interval) {
        this.max = max;
        this.interval = interval;
    }

    /** Starts no further trial; those that run are finished. */
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    public synchronized boolean isStopped() {
        return stopped;
    }

    public synchronized void fail(Exception e) {
        failure = failure.or(() -> Optional.of(e));
        stop();
    }

    /**
     * Waits for a place, for the interval, and for a condition that the end of another trial may meet.
     *
     * @return false if the run is stopped, or no trial runs and the condition is not met
     */
    public boolean acquire(BooleanSupplier condition) throws InterruptedException {
        if (!take(condition)) {
            return false;
        }
        long now = System.nanoTime();
        if (now < nextStart) {
            // The interval is a time: there is nothing else to wait for. A stop is seen after it.
            Thread.sleep(Duration.ofNanos(nextStart - now));
        }
        nextStart = Math.max(now, nextStart) + interval.toNanos();
        if (isStopped()) {
            release();
            return false;
        }
        return true;
    }

    private synchronized boolean take(BooleanSupplier condition) throws InterruptedException {
        while (!stopped && (running == max || !condition.getAsBoolean())) {
            if (running == 0) {
                return false;
            }
            wait();
        }
        running += stopped ? 0 : 1;
        return !stopped;
    }

    public synchronized void release() {
        running--;
        notifyAll();
    }

    /** Runs a trial in an acquired place. */
    public void start(Task task) {
        threads.execute(() -> {
            try {
                task.run();
            } catch (IOException | RuntimeException e) {
                fail(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop();
            } finally {
                release();
            }
        });
    }

    /** Waits for the trials that run. */
    @Override
    public void close() {
        threads.close();
    }

    public synchronized void throwFailure() throws IOException {
        switch (failure.orElse(null)) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case null -> {}
            default -> throw new IllegalStateException();
        }
    }
}
