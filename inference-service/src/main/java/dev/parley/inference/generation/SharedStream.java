package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The stream of one generation, which identical requests follow from its first token instead of calling Claude again. Written by
 * the thread of the leading generation, read by the threads of the followers.
 *
 * <p>Holds all deltas of one answer, whose length Claude limits, while there is a leader or a follower.
 */
public final class SharedStream {
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
            public boolean hasRoom() {
                return sink.hasRoom();
            }

            @Override
            public void begin(Delta first) throws InterruptedException {
                sink.begin(first);
            }
        };
    }

    private synchronized void add(Delta delta) {
        pieces.add(delta);
        closed |= delta.last();
        notifyAll();
    }

    /** The cancellation of the call to Claude: requested when the leading client cancels and there is no follower. */
    public Cancellation leading(Cancellation client) {
        client.onRequest(() -> {
            synchronized (this) {
                leaderCancelled = true;
            }
            stopIfUnused();
        });
        return leading;
    }

    private void stopIfUnused() {
        synchronized (this) {
            if (!leaderCancelled || followers > 0) {
                return;
            }
            stopped = true;
        }
        leading.request();
    }

    /**
     * Adds a follower, which has to {@link #leave()} once.
     *
     * @return false if the stream was stopped, or closed before its end
     */
    public synchronized boolean join() {
        boolean open = !stopped && (!closed || endsWhole());
        if (open) {
            followers++;
        }
        return open;
    }

    private boolean endsWhole() {
        return !pieces.isEmpty() && pieces.getLast() instanceof Delta.Frames last && last.last();
    }

    public void leave() {
        synchronized (this) {
            followers--;
        }
        stopIfUnused();
    }

    /** Closes the stream: the leader has stopped, possibly before its end. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Whether there is a delta at this position, or one may follow. */
    synchronized boolean mayContinueAt(int position) {
        return position < pieces.size() || !closed;
    }

    /** The delta at a position; empty if it does not come within the timeout, or the follower is cancelled. */
    synchronized Optional<Delta> await(int position, Duration timeout, Cancellation follower)
            throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        long left = timeout.toNanos();
        while (position >= pieces.size() && !closed && !follower.isRequested() && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return position < pieces.size() ? Optional.of(pieces.get(position)) : Optional.empty();
    }

    /** Wakes all followers, so that they check their cancellations. */
    synchronized void wake() {
        notifyAll();
    }
}
