package dev.parley.gateway.answer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * The bytes of one answer that wait for its reader. A small backlog is free. A larger one takes room that readers share, and keeps it
 * until the answer is closed: a reader that has been slow may be so again.
 *
 * <p>The thread that writes the answer adds pieces, and the one that reads it takes them.
 */
final class Backlog {
    /** Of a reader that keeps up, and of each further demand for room. */
    static final int STEP_BYTES = 16 * 1024;

    private final LongPredicate room;
    private final AtomicLong waiting = new AtomicLong();
    /** Owned by the thread that writes. */
    private long allowed = STEP_BYTES;

    /** The sizes of the pieces that were taken last. Owned by the thread that reads, as is the number of all. */
    private final int[] ahead = new int[OpenAnswer.AHEAD];

    private int taken;

    /** A backlog that asks for room, by a number of bytes, beyond what is free. */
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

    void take(Piece piece) {
        int place = taken++ & (OpenAnswer.AHEAD - 1);
        waiting.addAndGet(-ahead[place]);
        ahead[place] = piece.bytes();
    }
}
