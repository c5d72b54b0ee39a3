package dev.parley.replay;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Ctrl-C, or a polite kill, while the command runs: the work is stopped and given 10 seconds to clean up. */
final class Interruption implements AutoCloseable {
    private static final int SECONDS_MAX = 10;

    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});

    Interruption() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("interruption").unstarted(this::stopWork));
    }

    /** What ends the work that is begun now. */
    void stopsWith(Runnable action) {
        stop.set(action);
    }

    private void stopWork() {
        if (cleanedUp.getCount() == 0) {
            return;
        }
        stop.get().run();
        try {
            if (!cleanedUp.await(SECONDS_MAX, TimeUnit.SECONDS)) {
                System.err.println("replay: gave up waiting for the output");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work has cleaned up. */
    @Override
    public void close() {
        cleanedUp.countDown();
    }
}
