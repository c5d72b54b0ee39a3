package dev.parley.gateway.answer;

/** A reader was too slow: its buffer is full, or its time to drain it has passed. */
public final class SlowReaderException extends RuntimeException {
    public SlowReaderException() {
        super("the reader's buffer is full");
    }
}
