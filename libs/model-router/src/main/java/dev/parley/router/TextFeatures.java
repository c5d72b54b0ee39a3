package dev.parley.router;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The features of a question: counts, and quotients of counts, so that Java and Python agree to the last bit. Only ASCII is
 * told apart. The same definitions are in {@code tools/evaluate/train/router_features.py}.
 */
final class TextFeatures {
    /** Code points of the text that are read. */
    static final int CHARACTERS_MAX = 8_192;

    private static final String SYMBOLS = "$\\^=+*/<>{}|~";
    private static final int LONG_WORD = 9;

    private final int[] text;
    private final List<String> terms = new ArrayList<>();
    private final StringBuilder term = new StringBuilder();
    private int words;
    private int longWords;
    private int word;
    private int digits;
    private int numbers;
    private int number;
    private int longestNumber;
    private int capitals;
    private int punctuation;
    private int symbols;
    private int nonAscii;
    private int newlines;
    private int line;
    private int longestLine;
    private int questionMarks;
    private int sentences;
    private int quotes;
    private int parentheses;
    private int underscores;
    private int blanks;
    private int options;
    private int firstOption;
    private int lastOption;

    private TextFeatures(String text) {
        this.text = codePoints(text);
        this.firstOption = this.text.length;
        this.lastOption = this.text.length;
        for (int i = 0; i < this.text.length; i++) {
            count(i, this.text[i]);
        }
        endTerm();
    }

    /** The beginning of a text. A loop, because a stream takes several times as long without C2. */
    private static int[] codePoints(String text) {
        int[] points = new int[Math.min(text.length(), CHARACTERS_MAX)];
        int count = 0;
        for (int i = 0; i < text.length() && count < points.length; count++) {
            points[count] = text.codePointAt(i);
            i += Character.charCount(points[count]);
        }
        return count == points.length ? points : Arrays.copyOf(points, count);
    }

    /** The features of a text, in the order of the training. */
    static double[] of(String text, Lexicon lexicon) {
        return new TextFeatures(text).values(lexicon);
    }

    private void count(int i, int c) {
        countWords(c);
        countCharacters(i, c);
        line = c == '\n' ? 0 : line + 1;
        longestLine = Math.max(longestLine, line);
        newlines += c == '\n' ? 1 : 0;
        questionMarks += c == '?' ? 1 : 0;
        sentences += (c == '.' || c == '!' || c == '?') && isSpace(at(i + 1)) ? 1 : 0;
        quotes += c == '"' ? 1 : 0;
        parentheses += c == '(' ? 1 : 0;
        underscores = c == '_' ? underscores + 1 : 0;
        blanks += underscores == 2 ? 1 : 0;
    }

    private void countWords(int c) {
        word = isSpace(c) ? 0 : word + 1;
        words += word == 1 ? 1 : 0;
        longWords += word == LONG_WORD ? 1 : 0;
        if (isLetter(c)) {
            term.append(lowerCase(c));
        } else {
            endTerm();
        }
    }

    private void endTerm() {
        if (!term.isEmpty()) {
            terms.add(term.toString());
            term.setLength(0);
        }
    }

    private void countCharacters(int i, int c) {
        number = c >= '0' && c <= '9' ? number + 1 : 0;
        if (number > 0) {
            digits++;
            numbers += number == 1 ? 1 : 0;
            longestNumber = Math.max(longestNumber, number);
        } else if (c >= 'A' && c <= 'Z') {
            capitals++;
            if (isOption(i, c)) {
                options++;
                firstOption = Math.min(firstOption, i);
                lastOption = i;
            }
        } else if (c > '~') {
            nonAscii++;
        } else if (c > ' ' && !isLetter(c)) {
            punctuation++;
            symbols += SYMBOLS.indexOf(c) >= 0 ? 1 : 0;
        }
    }

    /** The letter of an option, such as {@code B.} or {@code (B)}. */
    private boolean isOption(int i, int c) {
        return c <= 'J'
                && (at(i + 1) == '.' || at(i + 1) == ')')
                && isSpace(at(i + 2))
                && (isSpace(at(i - 1)) || at(i - 1) == '(');
    }

    /** A space before and after the text. */
    private int at(int i) {
        return i < 0 || i >= text.length ? ' ' : text[i];
    }

    private static boolean isSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static char lowerCase(int letter) {
        return (char) (letter | 0x20);
    }

    private double[] values(Lexicon lexicon) {
        int n = text.length;
        Lexicon.Meaning meaning = lexicon.meaning(terms);
        double[] own = {
            n,
            words,
            share(n, words),
            share(digits, n),
            numbers,
            longestNumber,
            share(capitals, n),
            share(punctuation, n),
            share(symbols, n),
            share(nonAscii, n),
            newlines,
            longestLine,
            questionMarks,
            sentences,
            share(words, sentences + 1),
            share(longWords, words),
            share(meaning.distinct(), terms.size()),
            quotes,
            parentheses,
            blanks,
            options,
            firstOption,
            share(n - firstOption, options),
            n - lastOption
        };
        int[] groups = meaning.groupCounts();
        double[] all = new double[own.length + groups.length + 2];
        System.arraycopy(own, 0, all, 0, own.length);
        for (int i = 0; i < groups.length; i++) {
            all[own.length + i] = groups[i];
        }
        all[all.length - 2] = meaning.weight();
        all[all.length - 1] = share(meaning.weight(), meaning.distinct());
        return all;
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
