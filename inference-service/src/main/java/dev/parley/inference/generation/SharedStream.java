package dev.parley.inference.generation;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The stream of one generation, which identical requests follow from its first token instead of calling Claude again. Written by
 * the leading generation, on its thread or on the event loop of its call; read by the threads of the followers.
 *
 * <p>Holds all events of one answer, whose bytes {@link DeltaWriter} bounds.
 */
public final class SharedStream {
    private static final int PIECES_EXPECTED = 16;

    private final String key;
    private final AnswerFrames frames = new AnswerFrames();
    private final Cancellation leading = new Cancellation();
    /** Cancellation by the client of the leader; never requested before there is a leader. */
    private Cancellation client = new Cancellation();

    private Optional<Cancellation.Registration> led = Optional.empty();
    /** Where each published piece ends in the frames. */
    private int[] ends = new int[PIECES_EXPECTED];

    private int pieces;
    /** The models that answer a request for an alias, by the position of their first piece. */
    private final Map<Integer, AnsweredBy> models = new HashMap<>();

    private Optional<Delta.Failed> failure = Optional.empty();
    /** Whether the sink of the leader has not kept a piece: its key has its share of the heap. */
    private boolean refused;

    private boolean whole;
    private boolean closed;
    private int followers;
    private boolean stopped;

    /**
     * What the leader has published as one delta.
     *
     * @param model the model that answers from here on, where it is named
     */
    record Piece(@SuppressWarnings("ArrayRecordComponent") byte[] frames, boolean last, Optional<AnsweredBy> model) {}

    /**
     * An empty one.
     *
     * @param key for which the leader's answer counts
     */
    public SharedStream(String key) {
        this.key = key;
    }

    /** Where the leader keeps what it delivers, before it publishes that. */
    AnswerFrames frames() {
        return frames;
    }

    /** The sink of the leader, whose deltas the followers receive too. */
    DeltaSink publishingTo(DeltaSink sink) {
        return new DeltaSink() {
            @Override
            public void publish(Delta delta) {
                sink.publish(delta);
                switch (delta) {
                    case Delta.Frames piece -> add(piece);
                    case Delta.Failed failed -> fail(failed);
                    case Delta.Heartbeat _, Delta.Followed _, Delta.Released _, Delta.Recorded _ -> {
                        // Each follower writes its own.
                    }
                }
            }

            @Override
            public Duration mergeDelay() {
                return sink.mergeDelay();
            }

            @Override
            public boolean hasRoom() {
                return sink.hasRoom();
            }

            @Override
            public boolean keep(long bytes) {
                boolean kept = sink.keep(bytes);
                if (!kept) {
                    refuse();
                }
                return kept;
            }

            @Override
            public void begin(Delta first) throws InterruptedException {
                sink.begin(first);
            }
        };
    }

    private synchronized void add(Delta.Frames piece) {
        if (pieces == ends.length) {
            ends = Arrays.copyOf(ends, 2 * pieces);
        }
        ends[pieces] = start(pieces) + piece.frames().length;
        piece.answeredBy().ifPresent(model -> models.put(pieces, model));
        pieces++;
        whole = piece.last();
        closed |= whole;
        if (followers > 0) {
            // A call of the JVM, for each piece.
            notifyAll();
        }
    }

    private synchronized void refuse() {
        refused = true;
    }

    private synchronized void fail(Delta.Failed failed) {
        failure = Optional.of(failed);
        closed = true;
        notifyAll();
    }

    /** The cancellation of the call to Claude: requested when the leading client has cancelled and there is no follower. */
    synchronized Cancellation leading(Cancellation ofClient) {
        client = ofClient;
        led = Optional.of(client.onEachRequest(this::stopIfUnused));
        return leading;
    }

    private void stopIfUnused() {
        synchronized (this) {
            if (!client.isRequested() || followers > 0 || closed) {
                return;
            }
            stopped = true;
        }
        leading.request();
    }

    /**
     * Adds a follower, which has to {@link #leave()} once.
     *
     * @return false if the stream was stopped or closed before its end
     */
    public synchronized boolean join() {
        boolean open = whole || !(stopped || closed);
        if (open) {
            followers++;
        }
        return open;
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
        led.ifPresent(Cancellation.Registration::close);
        notifyAll();
    }

    /** Keeps the events gzipped, as the turn has them, until a follower reads them. */
    public synchronized void keepGzipped(byte[] events) {
        if (followers == 0) {
            frames.keepGzipped(events);
        }
    }

    /** Whether there is a piece at this position, or one may follow. */
    synchronized boolean mayContinueAt(int position) {
        return position < pieces || !closed;
    }

    /** The piece at a position; empty if it does not come within the timeout, or the follower is cancelled. */
    synchronized Optional<Piece> await(int position, Duration timeout, Cancellation follower)
            throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        long left = timeout.toNanos();
        while (position >= pieces && !closed && !follower.isRequested() && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return position < pieces ? Optional.of(piece(position)) : Optional.empty();
    }

    private Piece piece(int position) {
        return new Piece(
                frames.copy(start(position), ends[position]),
                whole && position == pieces - 1,
                Optional.ofNullable(models.get(position)));
    }

    private int start(int position) {
        return position == 0 ? 0 : ends[position - 1];
    }

    /**
     * The error with which the answer ended, after its last piece, for a follower of a key; empty if there was no room for the
     * leader, of another key: the follower may have room.
     */
    synchronized Optional<Delta.Failed> failure(String follower) {
        return refused && !follower.equals(key) ? Optional.empty() : failure;
    }

    /** Wakes all followers, so that they check their cancellations. */
    synchronized void wake() {
        notifyAll();
    }
}
