package dev.parley.answercache;

/** The store of cached answers does not respond. */
public final class CacheUnavailableException extends RuntimeException {
    public CacheUnavailableException(Throwable cause) {
        super("the cache does not respond: " + cause, cause);
    }
}
