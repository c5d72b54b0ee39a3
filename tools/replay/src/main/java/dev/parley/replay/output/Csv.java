package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;
import tools.jackson.dataformat.csv.CsvWriteFeature;

/**
 * Comma-separated values (RFC 4180) with a header line. A missing value is an empty cell, an empty text is {@code ""}.
 *
 * <p>For spreadsheets: a byte order mark, CRLF, and an apostrophe before text that would run as a formula (OWASP, "CSV
 * injection").
 */
public final class Csv implements RecordFormat {
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final Pattern FORMULA = Pattern.compile("^\\s*[=+\\-@\t\r]");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    /** Text that Jackson 3.1 does not quote, although readers would take it for a missing value or trim it. */
    private static final Pattern EMPTY_OR_PADDED = Pattern.compile("^$|^\\s|\\s$");

    private static final CsvMapper MAPPER =
            CsvMapper.builder().enable(CsvWriteFeature.STRICT_CHECK_FOR_QUOTING).build();

    private final List<CsvColumn> columns;
    private final boolean forSpreadsheets;
    private final ObjectWriter writer;

    public Csv(List<CsvColumn> columns, boolean forSpreadsheets) {
        this.columns = List.copyOf(columns);
        this.forSpreadsheets = forSpreadsheets;
        CsvSchema.Builder schema = CsvSchema.builder().setLineSeparator(forSpreadsheets ? "\r\n" : "\n");
        columns.forEach(column -> schema.addColumn(column.name()));
        this.writer = MAPPER.writer(schema.build());
    }

    @Override
    public void writeHeader(OutputStream out) throws IOException {
        out.write((forSpreadsheets ? BYTE_ORDER_MARK : "").getBytes(UTF_8));
        writeRow(column -> Optional.of(column.name()), out);
    }

    @Override
    public void write(ObjectNode line, OutputStream out) throws IOException {
        writeRow(column -> column.value(line).map(this::cell), out);
    }

    /** Encodes here and not in Jackson, which rejects unpaired surrogates. */
    private void writeRow(Function<CsvColumn, Optional<?>> cells, OutputStream out) throws IOException {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        columns.forEach(column -> row.put(column.name(), cells.apply(column).orElse(null)));
        out.write(UnicodeText.encode(writer.writeValueAsString(row)));
    }

    private Object cell(String value) {
        boolean isFormula = forSpreadsheets
                && FORMULA.matcher(value).find()
                && !NUMBER.matcher(value).matches();
        String text = isFormula ? "'" + value : value;
        return EMPTY_OR_PADDED.matcher(text).find() ? new RawValue('"' + text.replace("\"", "\"\"") + '"') : text;
    }
}
