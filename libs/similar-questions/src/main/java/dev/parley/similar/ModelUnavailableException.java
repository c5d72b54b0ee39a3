package dev.parley.similar;

/** The embedding model cannot be loaded. */
public final class ModelUnavailableException extends RuntimeException {
    public ModelUnavailableException(String message) {
        super(message);
    }

    ModelUnavailableException(Throwable cause) {
        super("the embedding model cannot be loaded: " + cause, cause);
    }
}
