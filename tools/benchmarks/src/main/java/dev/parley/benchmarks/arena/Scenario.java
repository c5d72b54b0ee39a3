package dev.parley.benchmarks.arena;

import dev.parley.benchmarks.findings.Findings;

/** One thing to be measured. */
public interface Scenario {
    /** What {@code --only} calls it. */
    String name();

    /** Whether it is a part of such a run, if nobody says otherwise. */
    default boolean in(Effort effort) {
        return true;
    }

    Findings measure(Arena arena) throws InterruptedException;
}
