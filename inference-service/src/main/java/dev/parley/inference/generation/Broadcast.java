package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The answer of one generation while it is made, for others that asked the same at the same time: they follow it from its
 * first token on, instead of asking Claude again. Written by the thread that leads, read by those that follow.
 *
 * <p>Holds the pieces of one answer, which Claude's own limit bounds, as long as somebody leads or follows.
 */
public final class Broadcast {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Delta> pieces = new ArrayList<>();
    private final Cancellation leading = new Cancellation();
    private boolean closed;
    private int followers;
    private boolean leaderWantsNoMore;
    private boolean stopped;

    /** The sink of who leads, which is heard by those who follow. */
    public DeltaSink heardOn(DeltaSink sink) {
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

    /** What cancels the call to Claude: the wish of the client who leads, once nobody follows. */
    public Cancellation leading(Cancellation client) {
        client.onRequest(() -> {
            lock.lock();
            try {
                leaderWantsNoMore = true;
            } finally {
                lock.unlock();
            }
            stopIfUnheard();
        });
        return leading;
    }

    private void stopIfUnheard() {
        boolean unheard;
        lock.lock();
        try {
            unheard = leaderWantsNoMore && followers == 0;
            stopped |= unheard;
        } finally {
            lock.unlock();
        }
        if (unheard) {
            leading.request();
        }
    }

    /**
     * Joins as a follower; to be left once.
     *
     * @return false if it was closed without its end: there is nothing to follow
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
        stopIfUnheard();
    }

    /** Whoever led has stopped, be it without an end. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a piece may come at this position. */
    boolean mayHave(int position) {
        lock.lock();
        try {
            return position < pieces.size() || !closed;
        } finally {
            lock.unlock();
        }
    }

    /** The piece at a position; empty if it does not come within the patience, or before the follower wants no more. */
    Optional<Delta> await(int position, Duration patience, Cancellation follower) throws InterruptedException {
        long left = patience.toNanos();
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

    /** Has all followers see whether they still want more. */
    void wake() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
