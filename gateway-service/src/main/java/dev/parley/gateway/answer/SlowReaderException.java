package dev.parley.gateway.answer;

/** A reader was too slow: there is no room for what waits for it, or its time to drain it has passed. */
public final class SlowReaderException extends RuntimeException {
    public SlowReaderException() {
        super("the reader is too slow");
    }
}
