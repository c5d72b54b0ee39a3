package dev.parley.replay.selection;

/** The arguments are valid one by one, but cannot be used. */
public final class UsageException extends RuntimeException {
    public UsageException(String reason) {
        super(reason);
    }
}
