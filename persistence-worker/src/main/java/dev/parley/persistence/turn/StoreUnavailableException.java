package dev.parley.persistence.turn;

/** The turn store does not work at the moment. What was given to it is to be given again. */
public final class StoreUnavailableException extends RuntimeException {
    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
