package dev.parley.contracts.event;

/** A record that violates the contract of its topic. A retry cannot succeed; the record becomes a dead letter. */
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

    /** The reason, for operators; contains no message text. */
    public String reason() {
        return reason;
    }
}
