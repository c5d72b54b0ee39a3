package dev.parley.cache.edge;

/** A shared cache has not confirmed a purge. */
public final class PurgeException extends RuntimeException {
    public PurgeException(String message) {
        super(message);
    }

    public PurgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
