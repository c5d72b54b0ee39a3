package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
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
 * <p>For spreadsheets: a byte order mark, CRLF, quotes around text, and an apostrophe before what would run as a formula
 * (OWASP, "CSV injection"). That may be in the middle of a text: in many countries the semicolon is the separator, by which
 * spreadsheets then cut quoted text too.
 */
public final class Csv implements RecordFormat {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** The beginning of a text, or of what may become a cell or a line of its own; and the character that makes it a formula. */
    private static final Pattern BEGINNING = Pattern.compile("((?:^|[;\t\r\n])[; \"\\p{Cntrl}]*+)([=+\\-@]?)");

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
        if (forSpreadsheets) {
            return NUMBER.matcher(value).matches() ? value : quoted(withoutFormulas(value));
        }
        return EMPTY_OR_PADDED.matcher(value).find() ? quoted(value) : value;
    }

    private static String withoutFormulas(String text) {
        return BEGINNING
                .matcher(text)
                .replaceAll(found -> found.group(2).isEmpty()
                        ? Matcher.quoteReplacement(found.group())
                        : Matcher.quoteReplacement(found.group(1) + "'" + found.group(2)));
    }

    private static RawValue quoted(String text) {
        return new RawValue('"' + text.replace("\"", "\"\"") + '"');
    }
}
