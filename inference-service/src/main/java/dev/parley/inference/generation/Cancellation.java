package dev.parley.inference.generation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The request of a client to stop a generation. Requested by any thread; repetitions have no effect. */
public final class Cancellation {
    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private final CountDownLatch requested = new CountDownLatch(1);
    private final List<Registration> registrations = new ArrayList<>(1);

    /** An action that runs when the cancellation is requested, unless it is closed before. */
    public final class Registration implements AutoCloseable {
        private final Runnable action;

        private Registration(Runnable action) {
            this.action = action;
        }

        /** An action that fails keeps no other one from running. */
        private void run() {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.warn("Could not stop a part of a generation", e);
            }
        }

        /** Lets go of the action. One that runs already is not waited for. */
        @Override
        public void close() {
            synchronized (registrations) {
                registrations.remove(this);
            }
        }
    }

    public void request() {
        List<Registration> due;
        synchronized (registrations) {
            requested.countDown();
            due = List.copyOf(registrations);
            registrations.clear();
        }
        due.forEach(Registration::run);
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /**
     * Runs an action when it is requested, on the requesting thread; at once if it was requested before. Whoever cares only for a
     * part of the generation's time closes the registration at the end of that: a cancellation is kept until the turn is recorded.
     */
    public Registration onRequest(Runnable action) {
        Registration registration = new Registration(action);
        synchronized (registrations) {
            if (!isRequested()) {
                registrations.add(registration);
                return registration;
            }
        }
        registration.run();
        return registration;
    }

    /** Waits for the request; false if it does not come within the limit. */
    boolean await(Duration limit) throws InterruptedException {
        return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
