package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stream of one generation, which identical requests follow from its first token instead of calling Claude again. Written by
 * the thread of the leading generation, read by the threads of the followers.
 *
 * <p>Holds all deltas of one answer, whose length Claude limits, while there is a leader or a follower.
 */
public final class SharedStream {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Delta> pieces = new ArrayList<>();
    private final Cancellation leading = new Cancellation();
    private boolean closed;
    private int followers;
    private boolean leaderCancelled;
    private boolean stopped;

    /** The sink of the leader, whose deltas the followers receive too. */
    public DeltaSink publishingTo(DeltaSink sink) {
        return new DeltaSink() {
            @Override
            public void publish(Delta delta) {
                sink.publish(delta);
                if (delta instanceof Delta.Frames || delta instanceof Delta.Failed) {
                    add(delta);
                }
            }

            @Override
            public void begin(Delta first) throws InterruptedException {
                sink.begin(first);
            }
        };
    }

    private void add(Delta delta) {
        lock.lock();
        try {
            pieces.add(delta);
            closed |= delta.last();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The cancellation of the call to Claude: requested when the leading client cancels and there is no follower. */
    public Cancellation leading(Cancellation client) {
        client.onRequest(() -> {
            lock.lock();
            try {
                leaderCancelled = true;
            } finally {
                lock.unlock();
            }
            stopIfUnused();
        });
        return leading;
    }

    private void stopIfUnused() {
        boolean unused;
        lock.lock();
        try {
            unused = leaderCancelled && followers == 0;
            stopped |= unused;
        } finally {
            lock.unlock();
        }
        if (unused) {
            leading.request();
        }
    }

    /**
     * Adds a follower, which has to {@link #leave()} once.
     *
     * @return false if the stream was stopped, or closed before its end
     */
    public boolean join() {
        lock.lock();
        try {
            boolean open = !stopped && (!closed || endsWhole());
            if (open) {
                followers++;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    private boolean endsWhole() {
        return !pieces.isEmpty() && pieces.getLast() instanceof Delta.Frames last && last.last();
    }

    public void leave() {
        lock.lock();
        try {
            followers--;
        } finally {
            lock.unlock();
        }
        stopIfUnused();
    }

    /** Closes the stream: the leader has stopped, possibly before its end. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a delta at this position, or one may follow. */
    boolean mayContinueAt(int position) {
        lock.lock();
        try {
            return position < pieces.size() || !closed;
        } finally {
            lock.unlock();
        }
    }

    /** The delta at a position; empty if it does not come within the timeout, or the follower is cancelled. */
    Optional<Delta> await(int position, Duration timeout, Cancellation follower) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (position >= pieces.size() && !closed && !follower.isRequested() && left > 0) {
                left = news.awaitNanos(left);
            }
            return position < pieces.size() ? Optional.of(pieces.get(position)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes all followers, so that they check their cancellations. */
    void wake() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
