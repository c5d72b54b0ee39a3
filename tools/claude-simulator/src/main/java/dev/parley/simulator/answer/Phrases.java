package dev.parley.simulator.answer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sentences and code examples of {@code phrases.json}, with places for words of the question. */
final class Phrases {
    private static final JsonNode ALL = read();

    /** Words that are never the topic of a question. */
    static final Set<String> STOP_WORDS = list("stop_words").stream()
            .flatMap(line -> Arrays.stream(line.split(" ", -1)))
            .collect(Collectors.toUnmodifiableSet());

    static final List<String> OPENINGS = list("openings");
    static final List<String> SENTENCES = list("sentences");
    static final List<String> HEADINGS = list("headings");
    static final List<String> STEPS = list("steps");
    static final List<String> ASPECTS = list("aspects");
    static final List<String> CLOSINGS = list("closings");

    private Phrases() {}

    /** A code example in the language that a question names; in Python if it names none. */
    static String code(String question, String identifier) {
        String asked = question.toLowerCase(Locale.ROOT);
        JsonNode example = ALL.path("code")
                .valueStream()
                .filter(code -> strings(code.path("languages")).stream().anyMatch(asked::contains))
                .findFirst()
                .orElseThrow();
        return String.join("\n", strings(example.path("lines"))).replace("{name}", identifier);
    }

    private static List<String> list(String name) {
        return strings(ALL.path(name));
    }

    private static List<String> strings(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static JsonNode read() {
        try (InputStream phrases = Objects.requireNonNull(
                Phrases.class.getResourceAsStream("phrases.json"), "the phrases are in the jar")) {
            return JsonMapper.shared().readTree(phrases.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
