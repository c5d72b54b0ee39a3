package dev.parley.localstack.process;

/** A readiness probe of a process. */
public interface Readiness {
    /** Whether the process can be used now. Takes at most a few seconds; an error means not ready. */
    boolean met();
}
