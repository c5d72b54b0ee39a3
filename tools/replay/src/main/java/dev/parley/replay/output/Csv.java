package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Comma-separated values (RFC 4180) in UTF-8 with a head line. What is absent is an empty cell, an empty text is
 * {@code ""}.
 *
 * <p>For spreadsheets: a byte order mark, CRLF, and an apostrophe before what would be taken for a formula (OWASP, "CSV
 * injection").
 */
public final class Csv implements LineWriter {
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final Pattern QUOTED = Pattern.compile("[\",\r\n]|^$|^\\s|\\s$");
    private static final Pattern FORMULA = Pattern.compile("^\\s*[=+\\-@\t\r]");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    private final List<Column> columns;
    private final boolean forSpreadsheets;

    public Csv(List<Column> columns, boolean forSpreadsheets) {
        this.columns = List.copyOf(columns);
        this.forSpreadsheets = forSpreadsheets;
    }

    @Override
    public void begin(OutputStream out) throws IOException {
        String head = columns.stream().map(Column::name).collect(Collectors.joining(","));
        out.write(((forSpreadsheets ? BYTE_ORDER_MARK : "") + head + lineEnd()).getBytes(UTF_8));
    }

    @Override
    public void write(ObjectNode line, OutputStream out) throws IOException {
        String row = columns.stream()
                .map(column -> column.value(line).map(this::cell).orElse(""))
                .collect(Collectors.joining(","));
        out.write((row + lineEnd()).getBytes(UTF_8));
    }

    private String cell(String value) {
        String harmless = forSpreadsheets
                        && FORMULA.matcher(value).find()
                        && !NUMBER.matcher(value).matches()
                ? "'" + value
                : value;
        return Optional.of(harmless)
                .filter(text -> QUOTED.matcher(text).find())
                .map(text -> '"' + text.replace("\"", "\"\"") + '"')
                .orElse(harmless);
    }

    private String lineEnd() {
        return forSpreadsheets ? "\r\n" : "\n";
    }
}
