package dev.parley.evaluate;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file of labelled questions, read as {@link CsvRows}. A file that is none ends in {@link IllegalArgumentException}. */
record LabelledFile(Path file) {
    private static final String OUT_OF_SCOPE = "oos";

    /** Of the STS benchmark: the texts differ in unimportant details at most. */
    private static final double SAME_SCORE_MIN = 4;

    record Pair(String a, String b, boolean same, String kind) {}

    /** A question of a stream, and what names the questions that have the same answer. */
    record Request(String text, String sameAs) {}

    String name() {
        return String.valueOf(file.getFileName());
    }

    /**
     * The columns {@code question_a}, {@code question_b}, {@code label} (0 or 1), or in its place {@code score} (0 to 5), and, if it
     * exists, {@code kind}.
     */
    List<Pair> pairs() {
        return CsvRows.read(file).stream()
                .map(row -> new Pair(
                        column(row, "question_a"),
                        column(row, "question_b"),
                        isSame(row),
                        row.getOrDefault("kind", "")))
                .toList();
    }

    private boolean isSame(Map<String, String> row) {
        boolean isScored = row.containsKey("score") && !row.containsKey("label");
        return isScored ? hasSameScore(column(row, "score")) : isSame(column(row, "label"));
    }

    private boolean isSame(String label) {
        return switch (label) {
            case "1" -> true;
            case "0" -> false;
            default -> throw new IllegalArgumentException(file + ": a label is 0 or 1, not " + label);
        };
    }

    private boolean hasSameScore(String score) {
        if (!score.matches("[0-4](\\.\\d+)?|5(\\.0+)?")) {
            throw new IllegalArgumentException(file + ": a score is from 0 to 5, not " + score);
        }
        return Double.parseDouble(score) >= SAME_SCORE_MIN;
    }

    /**
     * A question ({@code question} or {@code query}) and its class ({@code class_id}, or {@code intent} and, if it exists, {@code
     * entity_value}). A question out of scope is a class of its own.
     */
    List<Request> stream() {
        return CsvRows.read(file).stream().map(this::request).toList();
    }

    private Request request(Map<String, String> row) {
        String text = Optional.ofNullable(row.get("question")).orElseGet(() -> column(row, "query"));
        String label = Optional.ofNullable(row.get("class_id")).orElseGet(() -> column(row, "intent"));
        String entity = row.getOrDefault("entity_value", "");
        return new Request(text, label.equals(OUT_OF_SCOPE) ? OUT_OF_SCOPE + "|" + text : label + "|" + entity);
    }

    private String column(Map<String, String> row, String name) {
        return Optional.ofNullable(row.get(name))
                .orElseThrow(() -> new IllegalArgumentException(file + ": a row has no column " + name));
    }
}
