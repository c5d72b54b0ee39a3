package dev.parley.contracts.delta;

/**
 * The rule that decides which of a generation's records belong to the answer, applied in the order of the log. All readers
 * use it, so all see the same answer: live readers, readers that resume, and a replica that takes the generation over.
 *
 * <p>The first record of a newer attempt ends the older attempt: records that its owner writes later, such as after a long
 * pause, are dropped. Within an attempt, repeated records are dropped, and so is everything after a missing record, until a
 * newer attempt continues from the text already delivered. Owned by one reader.
 */
public final class DeltaCursor {
    private int attempt;
    private int nextSequence;
    private boolean broken;

    /** Whether the record belongs to the answer. Moves the cursor, so a record is accepted only once. */
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

    /**
     * Whether a record that is not accepted ends the answer although a record is missing: the generation has ended, so no newer
     * attempt supplies the missing one.
     */
    public boolean endsIncomplete(Delta delta) {
        return broken && delta instanceof Delta.Recorded && delta.attempt() == attempt;
    }

    /** The newest attempt seen, 0 if none. */
    public int attempt() {
        return attempt;
    }
}
