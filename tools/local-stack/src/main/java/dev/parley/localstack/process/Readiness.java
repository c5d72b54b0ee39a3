package dev.parley.localstack.process;

/** A question to a process: can others use it now? */
public interface Readiness {
    /** Asks. Takes at most a few seconds, and answers no where there is no answer. */
    boolean met();
}
