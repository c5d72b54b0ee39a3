package dev.parley.replay.output;

import dev.parley.replay.record.RecordDecoder;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.databind.node.ObjectNode;

/** A text format for decoded records, in UTF-8. */
@FunctionalInterface
public interface RecordFormat {
    /** One JSON object per line. Encodes here and not in Jackson, which escapes unpaired surrogates: DuckDB reads no such line. */
    RecordFormat JSON_LINES = (line, out) -> {
        out.write(UnicodeText.encode(RecordDecoder.MAPPER.writeValueAsString(line)));
        out.write('\n');
    };

    void write(ObjectNode line, OutputStream out) throws IOException;

    default void writeHeader(OutputStream out) throws IOException {}
}
