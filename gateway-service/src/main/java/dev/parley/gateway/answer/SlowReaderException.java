package dev.parley.gateway.answer;

/** A reader takes its answer so slowly that its buffer has run over. */
public final class SlowReaderException extends RuntimeException {
    public SlowReaderException() {
        super("the reader's buffer is full");
    }
}
