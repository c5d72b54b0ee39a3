package dev.parley.persistence.turn;

/** The turn store is unavailable; the call has to be repeated. Its message is logged, so it has no text of an item. */
public final class StoreUnavailableException extends RuntimeException {
    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
