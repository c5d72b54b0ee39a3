package dev.parley.benchmarks.findings;

/** What has become of a target. */
public enum Verdict {
    MET,
    MISSED,
    /** There is no target; the figure is to be known. */
    STATED;

    public static Verdict of(boolean met) {
        return met ? MET : MISSED;
    }
}
