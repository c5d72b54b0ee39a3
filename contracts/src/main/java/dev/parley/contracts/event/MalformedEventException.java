package dev.parley.contracts.event;

/** A record that does not hold what its topic promises. Retrying is useless: it belongs to the dead letters. */
public final class MalformedEventException extends RuntimeException {
    public MalformedEventException(String message) {
        super(message);
    }

    public MalformedEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
