package dev.parley.evaluate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/** The rows of a CSV file in UTF-8 with a header line, gzipped if its name ends in {@code .gz} or {@code .GZ}. */
public final class CsvRows {
    private static final CsvMapper MAPPER = CsvMapper.shared();
    private static final ObjectReader ROWS = MAPPER.readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .with(CsvReadFeature.SKIP_EMPTY_LINES);

    private CsvRows() {}

    /**
     * Each row by the names of its columns. An empty line is no row.
     *
     * @throws IllegalArgumentException if the file cannot be read, is no CSV file, or has two columns of the same name
     */
    public static List<Map<String, String>> read(Path file) {
        try (MappingIterator<Map<String, String>> rows = ROWS.readValues(open(file))) {
            List<Map<String, String>> all = rows.readAll();
            requireDifferentNames(file, (CsvSchema) rows.parserSchema());
            return all;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + reason(e), e);
        }
    }

    /** With the number of the line in the file. */
    private static String reason(JacksonException failure) {
        TokenStreamLocation place = failure.getLocation();
        return (place == null || place.getLineNr() < 1 ? "" : "line " + place.getLineNr() + ": ")
                + failure.getOriginalMessage();
    }

    /** Rows of this type, a record, with a header line. */
    static <T> byte[] bytes(Class<T> type, List<T> rows) {
        return MAPPER.writer(MAPPER.schemaFor(type).withHeader()).writeValueAsBytes(rows);
    }

    /** Jackson takes the last of two columns with the same name. */
    private static void requireDifferentNames(Path file, CsvSchema header) {
        Set<String> names = new HashSet<>();
        header.forEach(column -> {
            if (!names.add(column.getName())) {
                throw new IllegalArgumentException(file + ": two columns have the name " + column.getName());
            }
        });
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}
