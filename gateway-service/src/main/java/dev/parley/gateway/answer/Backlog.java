package dev.parley.gateway.answer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * The bytes of one answer that wait for its reader. A small backlog is free. A larger one takes room that readers share, and keeps it
 * until the answer is closed: a reader that has been slow may be so again.
 *
 * <p>The thread that writes the answer adds pieces. The one that reads it hands them to the HTTP server, where they wait until the
 * connection has taken them. Without word of that, as for a message that is assembled, a piece counts until {@link
 * OpenAnswer#AHEAD} more are handed.
 */
final class Backlog {
    /** Room of a reader that keeps up, and the least that is asked for beyond it. */
    static final int STEP_BYTES = 16 * 1024;

    private final LongPredicate room;
    private final AtomicLong waiting = new AtomicLong();
    /** Owned by the thread that writes. */
    private long allowed = STEP_BYTES;

    /** The sizes of the pieces that were handed over last. */
    private final int[] sizes = new int[OpenAnswer.AHEAD];

    /** Owned by the thread that reads. */
    private int handed;

    /** Owned by the event loop of the connection, or by the thread that reads if there is no word of the connection. */
    private volatile int passed;

    Backlog(LongPredicate room) {
        this.room = room;
    }

    /** Adds a piece; false if there is no room for it. */
    boolean add(Piece piece) {
        long bytes = waiting.addAndGet(piece.bytes());
        if (bytes > allowed) {
            long more = Math.max(STEP_BYTES, bytes - allowed);
            if (!room.test(more)) {
                return false;
            }
            allowed += more;
        }
        return true;
    }

    /** The HTTP server has got the piece. */
    void hand(Piece piece) {
        if (handed - passed == sizes.length) {
            pass(1);
        }
        sizes[place(handed)] = piece.bytes();
        handed++;
    }

    /** The connection has taken so many of the pieces, the eldest first. */
    void pass(int pieces) {
        int from = passed;
        long bytes = 0;
        for (int i = from; i < from + pieces; i++) {
            bytes += sizes[place(i)];
            sizes[place(i)] = 0;
        }
        passed = from + pieces;
        waiting.addAndGet(-bytes);
    }

    private static int place(int number) {
        return number & (OpenAnswer.AHEAD - 1);
    }
}
