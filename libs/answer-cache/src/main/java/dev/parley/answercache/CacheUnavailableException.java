package dev.parley.answercache;

/** The store of answers does not answer. */
public final class CacheUnavailableException extends RuntimeException {
    public CacheUnavailableException(Throwable cause) {
        super("the store of answers does not answer: " + cause, cause);
    }
}
