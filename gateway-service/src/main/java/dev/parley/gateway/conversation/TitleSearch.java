package dev.parley.gateway.conversation;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A search for conversations by their titles: those that have every word, whole or as a part of a longer one, whatever
 * the case and the accents.
 *
 * @param words without any, all are found
 */
public record TitleSearch(List<String> words) implements Predicate<String> {
    public static final int CHARACTERS_MAX = 200;

    public TitleSearch {
        words = List.copyOf(words);
    }

    /**
     * A search for words as a person types them.
     *
     * @throws IllegalArgumentException if they are too long
     */
    public static TitleSearch of(String query) {
        if (query.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException("a query has at most " + CHARACTERS_MAX + " characters");
        }
        return new TitleSearch(Stream.of(plain(query).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList());
    }

    @Override
    public boolean test(String title) {
        String plain = plain(title);
        return words.stream().allMatch(plain::contains);
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }
}
