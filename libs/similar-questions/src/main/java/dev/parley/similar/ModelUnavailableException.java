package dev.parley.similar;

public final class ModelUnavailableException extends RuntimeException {
    public ModelUnavailableException(String message) {
        super(message);
    }

    ModelUnavailableException(Throwable cause) {
        super("a model cannot be loaded: " + cause, cause);
    }
}
