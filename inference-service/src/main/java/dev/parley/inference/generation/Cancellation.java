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

    private final List<Registration> registrations = new ArrayList<>(1);
    private volatile CountDownLatch requested = new CountDownLatch(1);
    private boolean explicit;

    /** An action that runs when the cancellation is requested, unless it is closed before. */
    public final class Registration implements AutoCloseable {
        private final Runnable action;
        private final boolean lasting;

        private Registration(Runnable action, boolean lasting) {
            this.action = action;
            this.lasting = lasting;
        }

        /** Others run even if this action fails. */
        private void run() {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.warn("Could not stop a part of a generation", e);
            }
        }

        /** Removes the action. One that runs already is not waited for. */
        @Override
        public void close() {
            synchronized (registrations) {
                registrations.remove(this);
            }
        }
    }

    public void request() {
        request(true);
    }

    /** As {@link #request}, because the generation has no reader: {@link #withdraw} can undo it. */
    public void abandon() {
        request(false);
    }

    private void request(boolean byClient) {
        List<Registration> due;
        synchronized (registrations) {
            explicit |= byClient;
            requested.countDown();
            due = List.copyOf(registrations);
            registrations.removeIf(registration -> !registration.lasting);
        }
        due.forEach(Registration::run);
    }

    /** Undoes {@link #abandon} for {@linkplain #onEachRequest lasting} actions; a part of the generation that is stopped ends. */
    public void withdraw() {
        synchronized (registrations) {
            if (!explicit && registrations.stream().anyMatch(registration -> registration.lasting)) {
                requested = new CountDownLatch(1);
            }
        }
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /**
     * Runs an action when it is requested, on the requesting thread; at once if it was requested before. An action for
     * a part of the generation only is closed at the end of that part: a cancellation is kept until the turn is recorded.
     */
    public Registration onRequest(Runnable action) {
        return register(new Registration(action, false));
    }

    /**
     * As {@link #onRequest}, but runs the action at each request. It has to check {@link #isRequested}: the request may be withdrawn
     * before the action runs.
     */
    Registration onEachRequest(Runnable action) {
        return register(new Registration(action, true));
    }

    private Registration register(Registration registration) {
        synchronized (registrations) {
            boolean runs = isRequested();
            if (!runs || registration.lasting) {
                registrations.add(registration);
            }
            if (!runs) {
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
