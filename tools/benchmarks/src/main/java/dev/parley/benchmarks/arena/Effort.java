package dev.parley.benchmarks.arena;

/** How long it is measured. */
public enum Effort {
    /** All scenarios within 3 minutes: to see whether something has become worse. */
    QUICK,
    /** All scenarios within 20 minutes: to be published. */
    FULL;

    public int pick(int quick, int full) {
        return this == QUICK ? quick : full;
    }
}
