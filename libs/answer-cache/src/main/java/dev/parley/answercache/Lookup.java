package dev.parley.answercache;

/** What came of asking the cache. */
public sealed interface Lookup {
    record Found(Answer answer) implements Lookup {}

    record NotFound() implements Lookup {}

    /** The cache did not answer in time, or was not asked since it has not answered lately. */
    record Unavailable() implements Lookup {}
}
