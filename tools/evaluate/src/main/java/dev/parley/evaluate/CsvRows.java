package dev.parley.evaluate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/** The rows of a CSV file in UTF-8 with a header line, gzipped if its name ends in {@code .gz}. */
public final class CsvRows {
    private static final ObjectReader ROWS = CsvMapper.shared()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .with(CsvReadFeature.SKIP_EMPTY_LINES);

    private CsvRows() {}

    /**
     * Each row by the names of its columns. An empty line is no row.
     *
     * @throws IllegalArgumentException if the file cannot be read, or is no CSV file
     */
    public static List<Map<String, String>> read(Path file) {
        try (MappingIterator<Map<String, String>> rows = ROWS.readValues(open(file))) {
            return rows.readAll();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}
