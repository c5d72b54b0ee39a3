package dev.parley.evaluate.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.parley.evaluate.CsvRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A table of questions with the scores of a cheaper and a stronger model, read as {@link CsvRows}. */
final class RouterTable {
    /**
     * @param weak the score of the cheaper model
     * @param strong the score of the stronger model
     */
    record Row(String question, double weak, double strong) {
        /** Whether the cheaper model answers as well as the stronger one. */
        boolean sufficient() {
            return weak >= strong;
        }
    }

    private record Columns(String weak, String strong) {}

    private static final List<String> QUESTIONS = List.of("question", "turn1");

    private RouterTable() {}

    /** Reads the rows that have both scores, at least one. */
    static List<Row> read(Path file) {
        List<Map<String, String>> lines = CsvRows.read(file);
        List<Row> rows = new ArrayList<>();
        if (!lines.isEmpty()) {
            Columns columns = columns(lines.getFirst());
            lines.forEach(line -> row(line, columns).ifPresent(rows::add));
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("the table has no rows with both scores");
        }
        return rows;
    }

    private static Optional<Row> row(Map<String, String> line, Columns columns) {
        String weak = line.getOrDefault(columns.weak(), "");
        String strong = line.getOrDefault(columns.strong(), "");
        return weak.isBlank() || strong.isBlank()
                ? Optional.empty()
                : Optional.of(new Row(
                        QUESTIONS.stream()
                                .map(line::get)
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElseThrow(() -> new IllegalArgumentException("the table has no column question")),
                        score(weak),
                        score(strong)));
    }

    private static double score(String text) {
        double score = Double.parseDouble(text);
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("a score is a number, not " + text);
        }
        return score;
    }

    private static Columns columns(Map<String, String> line) {
        return pairs().filter(pair -> line.containsKey(pair.weak()) && line.containsKey(pair.strong()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the scores are in the columns weak_correct and strong_correct, not " + line.keySet()));
    }

    private static Stream<Columns> pairs() {
        try (InputStream pairs = requireNonNull(RouterTable.class.getResourceAsStream("router-pairs.txt"))) {
            return new String(pairs.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .map(names -> new Columns(names[0], names[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
