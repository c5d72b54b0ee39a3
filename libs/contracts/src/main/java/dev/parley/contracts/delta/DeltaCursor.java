package dev.parley.contracts.delta;

/**
 * Tells which of a generation's records count, in the order of the log. All readers use this rule, so all see the same
 * answer: who reads live, who comes back later, and who takes the generation over.
 *
 * <p>The first record of a newer attempt ends the older one: what its owner, who may have been frozen, writes afterwards
 * is dropped. Within an attempt a repeated piece is dropped, and so is everything after a missing one, until a newer
 * attempt goes on from where the readers are. Owned by one reader.
 */
public final class DeltaCursor {
    private int attempt;
    private int nextSequence;
    private boolean broken;

    /** Starts before the first record of a generation. */
    public DeltaCursor() {}

    /** Whether the record counts; it does so once. */
    public boolean accepts(Delta delta) {
        if (delta.attempt() > attempt) {
            attempt = delta.attempt();
            nextSequence = 0;
            broken = false;
        }
        if (delta.attempt() < attempt || broken || delta.sequence() < nextSequence) {
            return false;
        }
        broken = delta.sequence() > nextSequence;
        nextSequence = delta.sequence() + 1;
        return !broken;
    }

    /** Whether a piece is missing, so that nothing counts until a newer attempt begins. */
    public boolean broken() {
        return broken;
    }

    /** The newest attempt seen, 0 if none. */
    public int attempt() {
        return attempt;
    }
}
