package dev.parley.experiment;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** At SIGINT or SIGTERM, ends a run after the trials that run. Closed when the run has ended. */
final class Finishing implements AutoCloseable {
    private static final int SECONDS_MAX = 120;

    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * To be created before the run.
     *
     * @param stop begins no further trial
     * @param finished follows, if the run has ended in time
     */
    Finishing(Runnable stop, Runnable finished) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> finish(stop, finished)));
    }

    private void finish(Runnable stop, Runnable finished) {
        if (ended.getCount() == 0) {
            return;
        }
        stop.run();
        try {
            boolean _ = ended.await(SECONDS_MAX, TimeUnit.SECONDS);
            finished.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
