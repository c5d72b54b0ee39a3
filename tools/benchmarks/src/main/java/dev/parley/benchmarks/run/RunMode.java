package dev.parley.benchmarks.run;

/** How long a run measures. */
public enum RunMode {
    /** Within 3 minutes, to detect regressions. */
    QUICK,
    /** For publication. */
    FULL;

    public <T> T pick(T quick, T full) {
        return this == QUICK ? quick : full;
    }
}
