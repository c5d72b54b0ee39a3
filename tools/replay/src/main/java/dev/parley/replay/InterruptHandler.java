package dev.parley.replay;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The shutdown hook for SIGINT and SIGTERM: stops the export and waits up to 10 seconds for its clean-up. */
final class InterruptHandler implements AutoCloseable {
    private static final int CLEAN_UP_SECONDS_MAX = 10;

    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private volatile Runnable stop = () -> {};

    InterruptHandler() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("interrupt-handler").unstarted(this::stopExport));
    }

    /** Sets the action that stops the export. */
    void onInterrupt(Runnable action) {
        stop = action;
    }

    private void stopExport() {
        if (cleanedUp.getCount() == 0) {
            return;
        }
        stop.run();
        try {
            if (!cleanedUp.await(CLEAN_UP_SECONDS_MAX, TimeUnit.SECONDS)) {
                System.err.println("replay: timed out while closing the output");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Marks the clean-up as done. */
    @Override
    public void close() {
        cleanedUp.countDown();
    }
}
