package dev.parley.evaluate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;

/** The rows of a CSV file in UTF-8 with a header line, gzipped if its name ends in {@code .gz}. */
public final class CsvRows {
    private CsvRows() {}

    /** Opens a file, to be closed by the caller: each row by the names of its columns. */
    public static MappingIterator<Map<String, String>> read(Path file) throws IOException {
        return CsvMapper.shared()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(open(file));
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}
