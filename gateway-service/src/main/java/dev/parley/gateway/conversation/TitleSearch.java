package dev.parley.gateway.conversation;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A title search: matches titles that contain every word, also as part of a longer word, ignoring case and accents.
 *
 * @param words empty matches every title
 */
public record TitleSearch(List<String> words) implements Predicate<String> {
    public static final int CHARACTERS_MAX = 200;

    public TitleSearch {
        words = List.copyOf(words);
    }

    /** Parses words separated by white space; more than {@link #CHARACTERS_MAX} are an {@link IllegalArgumentException}. */
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
