package dev.parley.simulator.answer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a question is about.
 *
 * @param words three to six of its words, in their order; placeholders if it has fewer
 */
record Topic(List<String> words) {
    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}-]+");
    private static final int WORD_LENGTH_MIN = 3;
    private static final int WORD_LENGTH_MAX = 24;
    private static final int WORDS_MIN = 3;
    private static final int WORDS_MAX = 6;
    private static final List<String> PLACEHOLDERS = List.of("the matter at hand", "its context", "the details");

    static Topic of(String question) {
        List<String> found = Arrays.stream(WORD_BREAK.split(question))
                .filter(word -> word.length() >= WORD_LENGTH_MIN && word.length() <= WORD_LENGTH_MAX)
                .filter(word -> !Phrases.ALL.stopWords().contains(word.toLowerCase(Locale.ROOT)))
                .distinct()
                .limit(WORDS_MAX)
                .toList();
        return new Topic(Stream.concat(found.stream(), PLACEHOLDERS.stream())
                .limit(Math.max(WORDS_MIN, found.size()))
                .toList());
    }

    /** A word for a place in the text; after the last comes the first. */
    String word(int position) {
        return words.get(position % words.size());
    }

    /** The first word as an identifier in code. */
    String identifier() {
        String letters = word(0).replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
        return letters.isEmpty() ? "thing" : letters;
    }

    /** A phrase with its places {@code {0}} to {@code {2}} filled, and with a capital letter at its beginning. */
    String fill(String phrase, int turn) {
        String filled = phrase;
        for (int place = 0; place < 3; place++) {
            filled = filled.replace("{" + place + "}", word(turn + place));
        }
        return filled.substring(0, 1).toUpperCase(Locale.ROOT) + filled.substring(1);
    }
}
