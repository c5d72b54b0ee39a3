package dev.parley.replay.output;

import java.io.IOException;

/** Whoever read the output has had enough, as {@code head} does: no failure. */
public final class ReaderGoneException extends IOException {
    ReaderGoneException(IOException cause) {
        super("the reader of the output has gone", cause);
    }
}
