package dev.parley.router;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Recognises English, the only language on which the score was evaluated. A guess, from function words. */
final class EnglishText {
    private static final int SHORT = 4;
    /** The beginning of a text that is read, in characters. */
    private static final int BEGINNING = 1000;

    private static final double FUNCTION_WORDS_MIN = 0.1;
    private static final double NON_ASCII_MAX = 0.1;
    /** Words that are frequent in English and rare in other languages. */
    private static final Set<String> FUNCTION_WORDS = Set.of(
            ("the what how which and to with for this that you why when who does my it are can from your we they have"
                            + " has been should would could where i if be by not write explain give tell name list")
                    .split(" ", -1));

    private EnglishText() {}

    /** Whether a text is English, or too short to tell and in ASCII. */
    static boolean is(String whole) {
        String text = whole.substring(0, Math.min(BEGINNING, whole.length()));
        long characters = text.codePoints().count();
        long nonAscii = text.codePoints().filter(c -> c > '~').count();
        if (nonAscii > NON_ASCII_MAX * characters) {
            return false;
        }
        String[] words =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", " ").strip().split(" ", -1);
        if (words.length < SHORT) {
            return nonAscii == 0;
        }
        long function = Arrays.stream(words).filter(FUNCTION_WORDS::contains).count();
        return function >= FUNCTION_WORDS_MIN * words.length;
    }
}
