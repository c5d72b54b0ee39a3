package dev.parley.replay.output;

import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.databind.node.ObjectNode;

/** A format: how a decoded record is written. */
public interface LineWriter {
    /** Writes what comes before the first record. */
    void begin(OutputStream out) throws IOException;

    void write(ObjectNode line, OutputStream out) throws IOException;
}
