package dev.parley.simulator.prose;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The words a question turns on.
 *
 * @param words three to six, in their order; stand-ins where the question has fewer
 */
record Topic(List<String> words) {
    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}-]+");
    private static final int WORD_LENGTH_MIN = 3;
    private static final int WORD_LENGTH_MAX = 24;
    private static final int WORDS_MIN = 3;
    private static final int WORDS_MAX = 6;
    private static final List<String> STAND_INS = List.of("the matter at hand", "its context", "the details");

    private static final Set<String> PLAIN_WORDS = Set.of(
            "about",
            "and",
            "answer",
            "any",
            "are",
            "between",
            "but",
            "can",
            "code",
            "compare",
            "could",
            "describe",
            "did",
            "difference",
            "does",
            "explain",
            "for",
            "from",
            "function",
            "give",
            "has",
            "have",
            "hello",
            "hey",
            "how",
            "into",
            "its",
            "just",
            "let",
            "like",
            "list",
            "make",
            "more",
            "need",
            "not",
            "one",
            "our",
            "out",
            "please",
            "program",
            "say",
            "script",
            "should",
            "show",
            "some",
            "steps",
            "tell",
            "than",
            "thanks",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "they",
            "this",
            "two",
            "use",
            "versus",
            "want",
            "was",
            "way",
            "ways",
            "what",
            "when",
            "where",
            "which",
            "who",
            "why",
            "will",
            "with",
            "word",
            "words",
            "would",
            "write",
            "you",
            "your");

    static Topic of(String question) {
        List<String> found = Arrays.stream(WORD_BREAK.split(question))
                .filter(word -> word.length() >= WORD_LENGTH_MIN && word.length() <= WORD_LENGTH_MAX)
                .filter(word -> !PLAIN_WORDS.contains(word.toLowerCase(Locale.ROOT)))
                .distinct()
                .limit(WORDS_MAX)
                .toList();
        return new Topic(Stream.concat(found.stream(), STAND_INS.stream())
                .limit(Math.max(WORDS_MIN, found.size()))
                .toList());
    }

    String first() {
        return words.get(0);
    }

    String second() {
        return words.get(1);
    }

    /** A word for a place in the text, going round. */
    String at(int position) {
        return words.get(position % words.size());
    }

    /** The first word as it may stand in code. */
    String identifier() {
        String letters = first().replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
        return letters.isEmpty() ? "thing" : letters;
    }
}
