package dev.parley.simulator.answer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * The sentences and code examples of {@code phrases.json}, with places for words of the question.
 *
 * @param stopWords words that are never the topic of a question
 */
record Phrases(
        List<String> openings,
        List<String> sentences,
        List<String> headings,
        List<String> steps,
        List<String> aspects,
        List<String> closings,
        List<Code> code,
        Set<String> stopWords) {
    static final Phrases ALL = read();

    /**
     * A code example.
     *
     * @param languages names of its language; the last example has an empty one, which every question contains
     */
    record Code(List<String> languages, List<String> lines) {}

    private static Phrases read() {
        try (InputStream phrases = Objects.requireNonNull(
                Phrases.class.getResourceAsStream("phrases.json"), "the phrases are in the jar")) {
            return JsonMapper.shared().readValue(phrases, Phrases.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
