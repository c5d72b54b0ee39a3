package dev.parley.contracts.event;

/** A record that does not hold what its topic promises. Retrying is useless: it belongs to the dead letters. */
public final class MalformedEventException extends RuntimeException {
    private final String reason;

    public MalformedEventException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public MalformedEventException(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    /** What is wrong, for an operator; never message text. */
    public String reason() {
        return reason;
    }
}
