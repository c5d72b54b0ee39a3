package dev.parley.router;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises objections to an answer. Only words that begin with one of a few letters are looked at, because a search with
 * the whole expression tries all its alternatives at every character.
 */
final class ObjectionDetector {
    /** The first letters of {@link #PHRASE}, in both cases. */
    private static final String FIRST_LETTERS = "wimnadtcWIMNADTC";

    private static final Pattern PHRASE = Pattern.compile(
            "\\b(?:wrong|incorrect|mistake|not what i (?:asked|meant)|not (?:right|correct|true)|are you sure|try again"
                    + "|does not (?:work|help)|check again)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NEGATION =
            Pattern.compile("n['\u2019]t (?:right|correct|true|work|help)\\b", Pattern.CASE_INSENSITIVE);

    private ObjectionDetector() {}

    static boolean isObjection(String text) {
        Matcher phrase = PHRASE.matcher(text).useTransparentBounds(true);
        Matcher negation = NEGATION.matcher(text).useTransparentBounds(true);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (FIRST_LETTERS.indexOf(c) >= 0
                    && ((!isWord(text, i - 1) && phrase.region(i, text.length()).lookingAt())
                            || (isApostrophe(text, i + 1)
                                    && negation.region(i, text.length()).lookingAt()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(String text, int i) {
        return i >= 0 && isWord(text.charAt(i));
    }

    private static boolean isWord(char c) {
        return c == '_' || (c >= '0' && c <= '9') || TextFeatures.isLetter(c);
    }

    private static boolean isApostrophe(String text, int i) {
        return i < text.length() && (text.charAt(i) == '\'' || text.charAt(i) == '\u2019');
    }
}
