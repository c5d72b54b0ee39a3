package dev.parley.benchmarks.simulation.engine;

/** What can be busy, and so be what everything else waits for. */
public interface Busy {
    /** What it is, the same for all replicas of it. */
    String name();

    void beginToMeasure();

    /** Of the time since then, from 0 to 1. */
    double share(double seconds);
}
