package dev.parley.contracts.event;

/** A record that violates the contract of its topic. A retry cannot succeed; the record becomes a dead letter. */
public final class MalformedEventException extends RuntimeException {
    public MalformedEventException(String reason) {
        super(reason);
    }

    public MalformedEventException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** The reason, for operators; contains no message text. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
