package dev.parley.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;

/** A file of labelled questions, read as {@link CsvRows}. A file that is none ends in {@link IllegalArgumentException}. */
final class LabelledFile {
    private static final String OUT_OF_SCOPE = "oos";

    private final Path file;

    LabelledFile(Path file) {
        this.file = file;
    }

    /** Two questions, and whether one answer serves both. */
    record Pair(String a, String b, boolean same, String kind) {}

    /** A question of a stream, and what names the questions that have the same answer. */
    record Request(String text, String sameAs) {}

    String name() {
        return file.getFileName().toString();
    }

    /** The columns {@code question_a}, {@code question_b}, {@code label} (0 or 1) and, if it exists, {@code kind}. */
    List<Pair> pairs() {
        return rows().stream()
                .map(row -> new Pair(
                        column(row, "question_a"),
                        column(row, "question_b"),
                        column(row, "label").equals("1"),
                        row.getOrDefault("kind", "")))
                .toList();
    }

    /**
     * A question ({@code question} or {@code query}) and its class ({@code class_id}, or {@code intent} and, if it exists, {@code
     * entity_value}). A question out of scope is a class of its own.
     */
    List<Request> stream() {
        return rows().stream().map(this::request).toList();
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

    private List<Map<String, String>> rows() {
        try (MappingIterator<Map<String, String>> rows = CsvRows.read(file)) {
            return new ArrayList<>(rows.readAll());
        } catch (IOException | JacksonException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
