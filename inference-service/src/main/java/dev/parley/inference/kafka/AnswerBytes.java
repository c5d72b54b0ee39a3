package dev.parley.inference.kafka;

/**
 * The heap that a running answer takes, counted for its key. Counted in steps, because the pieces of all answers pass here. Used
 * by one thread at a time.
 */
final class AnswerBytes {
    private static final int STEP = 4 * 1024;

    private final InFlightRequests inFlight;
    private final String key;
    private long taken;
    private long counted;
    private boolean refused;

    AnswerBytes(InFlightRequests inFlight, String key) {
        this.inFlight = inFlight;
        this.key = key;
    }

    /** Adds bytes; false, from then on, if there is no room for them: the answer has to end, and counts as ended. */
    boolean add(long more) {
        taken += more;
        if (taken > counted && !refused) {
            long steps = (taken - counted + STEP - 1) / STEP * STEP;
            if (inFlight.grow(key, steps)) {
                counted += steps;
            } else {
                refused = true;
                release();
            }
        }
        return !refused;
    }

    /** The answer has ended and is not kept any more. */
    void release() {
        if (counted > 0) {
            inFlight.shrink(key, counted);
            counted = 0;
        }
    }
}
