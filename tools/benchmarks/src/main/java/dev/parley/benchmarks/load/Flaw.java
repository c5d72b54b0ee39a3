package dev.parley.benchmarks.load;

/** Why an answer does not count. */
public enum Flaw {
    /** No connection, or one that broke off in the middle. */
    CONNECTION,
    /** Another status than 200. */
    STATUS,
    /** An {@code error} event after the beginning. */
    ERROR_EVENT,
    /** Words that are missing, doubled or another's. */
    WRONG_TEXT,
    /** Not complete within the time of the run. */
    TIMEOUT
}
