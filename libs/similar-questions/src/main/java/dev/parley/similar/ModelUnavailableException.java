package dev.parley.similar;

/** A model cannot be loaded. */
public final class ModelUnavailableException extends RuntimeException {
    public ModelUnavailableException(String message) {
        super(message);
    }

    ModelUnavailableException(Throwable cause) {
        super("a model cannot be loaded: " + cause, cause);
    }
}
