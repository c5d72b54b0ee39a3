package dev.parley.inference.limits;

import dev.parley.answercache.CachedAnswer;

/**
 * The heap that a running or stored answer takes until its turn is recorded, counted for its key. A running one is counted in steps,
 * because the pieces of all answers pass here. Used by one thread at a time.
 */
public final class AnswerBytes {
    private static final int STEP = 4 * 1024;

    private final HeapShares heap;
    private final String key;
    private long taken;
    private long counted;
    private boolean refused;
    private long stored;

    public AnswerBytes(HeapShares heap, String key) {
        this.heap = heap;
        this.key = key;
    }

    /**
     * Adds bytes; false, from then on, if there is no room for them: the answer has to end, and counts as ended. What is given back,
     * as negative bytes, is for what the answer takes later.
     */
    public boolean add(long more) {
        taken += more;
        if (taken > counted && !refused) {
            long steps = (taken - counted + STEP - 1) / STEP * STEP;
            if (heap.grow(key, steps)) {
                counted += steps;
            } else {
                refused = true;
                shrink();
            }
        }
        return !refused;
    }

    /** Takes what a stored answer needs; false, without taking it, if there is no room for it, or the key has its share. */
    public boolean takeStored(CachedAnswer answer) {
        // Once as a whole and once in records, and then as a turn.
        long bytes = 2L * answer.framesBytes();
        boolean fits = heap.tryAcquireStored(key, bytes);
        stored += fits ? bytes : 0;
        return fits;
    }

    /** The answer has ended and is not kept any more. */
    public void release() {
        shrink();
        releaseStored();
    }

    /** The stored answer is not used. */
    public void releaseStored() {
        if (stored > 0) {
            heap.releaseStored(key, stored);
            stored = 0;
        }
    }

    private void shrink() {
        if (counted > 0) {
            heap.shrink(key, counted);
            counted = 0;
        }
    }
}
