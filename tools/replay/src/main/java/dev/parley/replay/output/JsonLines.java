package dev.parley.replay.output;

import dev.parley.replay.record.RecordDecoder;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.databind.node.ObjectNode;

/** One JSON object a line, in UTF-8. */
public final class JsonLines implements LineWriter {
    @Override
    public void begin(OutputStream out) {
        // JSON lines have no head.
    }

    @Override
    public void write(ObjectNode line, OutputStream out) throws IOException {
        out.write(RecordDecoder.MAPPER.writeValueAsBytes(line));
        out.write('\n');
    }
}
