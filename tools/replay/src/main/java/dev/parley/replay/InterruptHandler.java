package dev.parley.replay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The shutdown hook for SIGINT and SIGTERM: stops the work of a command, and waits until it is closed. */
public final class InterruptHandler implements AutoCloseable {
    private final Duration within;
    private final Consumer<Boolean> afterwards;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Guarded by this. */
    private Runnable stop = () -> {};

    /** Guarded by this. */
    private boolean interrupted;

    /**
     * Installs the hook.
     *
     * @param within how long it waits
     * @param afterwards gets whether the work has ended in time
     */
    public InterruptHandler(Duration within, Consumer<Boolean> afterwards) {
        this.within = within;
        this.afterwards = afterwards;
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("interrupt-handler").unstarted(this::interrupt));
    }

    /** Sets the action that stops the work; performs it at once after an interrupt. */
    public synchronized void onInterrupt(Runnable action) {
        stop = action;
        if (interrupted) {
            action.run();
        }
    }

    private synchronized void stop() {
        interrupted = true;
        stop.run();
    }

    /** Performs the hook; nothing if the work has ended. */
    public void interrupt() {
        if (ended.getCount() == 0) {
            return;
        }
        stop();
        try {
            afterwards.accept(ended.await(within.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
