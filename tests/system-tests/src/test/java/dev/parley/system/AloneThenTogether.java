package dev.parley.system;

import java.util.concurrent.ForkJoinPool;

/**
 * Admits callers to a system: those that need it alone, one at a time, then those that share it, together. A lock of JUnit's is not
 * fair: some that share it would go first, and the others would wait for those that need it alone.
 */
final class AloneThenTogether {
    private static final int ALONE = -1;

    /** Those that share it, or {@link #ALONE}. */
    private int users;

    private int waitingAlone;

    /** Waits until the caller may use it. The pool that runs the tests has another thread meanwhile. */
    void enter(boolean alone) throws InterruptedException {
        ForkJoinPool.managedBlock(new ForkJoinPool.ManagedBlocker() {
            @Override
            public boolean block() throws InterruptedException {
                waitFor(alone);
                return true;
            }

            @Override
            public boolean isReleasable() {
                return false;
            }
        });
    }

    /** After {@link #enter}, on any thread. */
    synchronized void leave() {
        users = users == ALONE ? 0 : users - 1;
        notifyAll();
    }

    private synchronized void waitFor(boolean alone) throws InterruptedException {
        if (alone) {
            waitingAlone++;
            try {
                while (users != 0) {
                    wait();
                }
            } finally {
                waitingAlone--;
            }
            users = ALONE;
        } else {
            while (users == ALONE || waitingAlone > 0) {
                wait();
            }
            users++;
        }
    }
}
