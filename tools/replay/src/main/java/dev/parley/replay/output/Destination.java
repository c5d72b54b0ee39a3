package dev.parley.replay.output;

import java.io.IOException;
import java.io.OutputStream;

/** Where the lines go. Closing it without {@link #complete()} leaves nothing behind that could be taken for a whole. */
public sealed interface Destination extends AutoCloseable permits StandardOutput, NewFile {
    OutputStream stream();

    /** Makes what was written visible as a whole. */
    void complete() throws IOException;

    @Override
    void close();
}
