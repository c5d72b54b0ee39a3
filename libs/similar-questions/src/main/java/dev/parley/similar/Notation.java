package dev.parley.similar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a text says by its signs and capitals, which neither its words nor their vectors have.
 *
 * @param symbols of arithmetic, currencies and programming, in order
 * @param capitals units such as {@code MB} after a number, {@code Mb} also without one, and abbreviations that are another word in
 *     small letters, in order; empty if all letters of the text are capitals
 */
record Notation(List<String> symbols, List<String> capitals) {
    private static final Set<String> OTHER_WORDS = Set.of("it", "us", "who");

    private static final int UNIT_LETTERS_MAX = 4;

    /** A longer word after a number, such as that of a title, is a unit only with a capital within. */
    private static final int CAPITALISED_UNIT_LETTERS_MAX = 3;

    private static final Pattern DOLLARS = Pattern.compile("(?i)(?<=\\d)\\s?dollars?\\b");
    private static final Pattern PERCENT = Pattern.compile("(?i)(?<=\\d)\\s?per ?cent\\b");

    /**
     * A hyphen is a minus before a digit, unless it follows a letter, before a letter that nothing else joins it to, and after a single
     * letter, as in the grade {@code A-}. A point is that of a number. A stroke between two words is an {@code or}. A sharp belongs to the
     * letter before it, and the sign of a factorial, of feet or of inches to the digit or bracket, unless it ends a sentence, a quotation
     * or a genitive. Operators of programming stand alone.
     */
    private static final Pattern SYMBOL = Pattern.compile(
            "!=|(?<=\\d)\\.(?=\\d)|(?<=[\\s*^/=(+<>])-(?=\\p{L})|(?<=(?:\\d|\\b\\p{L})\\))!(?!\\s\\p{Lu})"
                    + "|(?<=[\\s'\"])(?:::|&&|\\?\\?|\\?\\.)(?=[\\s'\"])|(?<=(?<!\\d)(?<!\\d[.,])\\d{1,3})!(?!\\s\\p{Lu})"
                    + "|(?<=\\d)(?<!(?<![\\p{L}\\d])['\"][^'\"]{1,60})['\"](?!\\p{L})|[\\p{Sm}\\p{Sc}*^%]|(?<=\\p{L})#|(?<!\\p{L})-(?=\\s?\\d)|(?<=\\b\\p{L})-(?![\\p{L}\\d])"
                    + "|(?<!\\p{L}{2}\\s?)/|/(?!\\s?\\p{L}{2})");

    /** Brackets of arithmetic, which count where there is an operator. */
    private static final Pattern SYMBOL_OR_BRACKET = Pattern.compile(
            SYMBOL.pattern() + "|[(\\[](?=\\s?-?(?:\\d|\\p{L}\\b|[(\\[]))|(?<=(?:\\d|\\b\\p{L}|[)\\]!])\\s?)[)\\]]");

    private static final Pattern OPERATOR = Pattern.compile("[\\p{Sm}*^/-]|!");

    private static final Pattern UNIT_OR_ABBREVIATION =
            Pattern.compile("(?<![\\p{L}\\d.,])\\d(?:[.,]?\\d)*+\\s?+(?<unit>\\p{L}+)"
                    + "|\\b(?<bits>[KMGTP]b)(?:ps)?\\b|\\b(?<abbreviation>\\p{Lu}{2,})\\b");

    static Notation of(String text) {
        String plain = Normaliser.plain(text).replace('\u2212', '-').replace('\u2013', '-');
        String brief = PERCENT.matcher(DOLLARS.matcher(plain).replaceAll("\\$")).replaceAll("%");
        List<String> symbols = found(SYMBOL, brief);
        boolean calculates = symbols.stream().anyMatch(OPERATOR.asMatchPredicate());
        return new Notation(
                calculates ? found(SYMBOL_OR_BRACKET, brief) : symbols,
                plain.chars().anyMatch(Character::isLowerCase) ? capitals(plain) : List.of());
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }

    private static List<String> capitals(String text) {
        List<String> capitals = new ArrayList<>();
        Matcher matcher = UNIT_OR_ABBREVIATION.matcher(text);
        while (matcher.find()) {
            String unit = matcher.group("unit");
            String bits = matcher.group("bits");
            String abbreviation = matcher.group("abbreviation");
            if (unit != null && isCapitalised(unit)) {
                capitals.add(unit);
            } else if (bits != null) {
                capitals.add(bits);
            } else if (abbreviation != null && OTHER_WORDS.contains(abbreviation.toLowerCase(Locale.ROOT))) {
                capitals.add(abbreviation);
            }
        }
        return List.copyOf(capitals);
    }

    private static boolean isCapitalised(String unit) {
        int first = unit.length() > CAPITALISED_UNIT_LETTERS_MAX ? 1 : 0;
        return unit.length() <= UNIT_LETTERS_MAX
                && !unit.equals("I")
                && unit.chars().skip(first).anyMatch(Character::isUpperCase);
    }
}
