package dev.parley.replay;

/** The arguments ask for what cannot be: a person has to write others. */
final class UsageException extends RuntimeException {
    UsageException(String reason) {
        super(reason);
    }
}
