package dev.parley.messages;

/** A violation of the format of server-sent events or of the Messages API. */
public final class MalformedStreamException extends RuntimeException {
    public MalformedStreamException(String message) {
        super(message);
    }
}
