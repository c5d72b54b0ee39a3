package dev.parley.router;

import java.util.Set;

/** Recognises English, the only language on which the score was evaluated. A guess, from function words. */
final class EnglishDetector {
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

    private EnglishDetector() {}

    /** Whether a text is English, or too short to tell and in ASCII. */
    static boolean isEnglish(String whole) {
        String text = whole.substring(0, Math.min(BEGINNING, whole.length()));
        int nonAscii = 0;
        int words = 0;
        int functionWords = 0;
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            nonAscii += c > '~' && !Character.isLowSurrogate(c) ? 1 : 0;
            if (TextFeatures.isLetter(c)) {
                word.append(TextFeatures.lowerCase(c));
            } else if (!word.isEmpty()) {
                words++;
                functionWords += FUNCTION_WORDS.contains(word.toString()) ? 1 : 0;
                word.setLength(0);
            }
        }
        if (nonAscii > NON_ASCII_MAX * text.codePointCount(0, text.length())) {
            return false;
        }
        return words < SHORT ? nonAscii == 0 : functionWords >= FUNCTION_WORDS_MIN * words;
    }
}
