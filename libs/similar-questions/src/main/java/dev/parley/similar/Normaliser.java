package dev.parley.similar;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes questions that differ in case, spaces, contractions and courtesies alike. */
public final class Normaliser {
    private record Rule(Pattern pattern, String by) {
        private static Rule of(String pattern, String by) {
            return new Rule(Pattern.compile(pattern), by);
        }
    }

    private static final Rule[] SPELLINGS = {
        Rule.of("(?<=\\d),(?=\\d{3}\\b)", ""),
        Rule.of("\\b(?:can ?not|can't|cant)\\b", "can not"),
        Rule.of("\\b(?:won't|wont)\\b", "will not"),
        Rule.of("\\bshan't\\b", "shall not"),
        Rule.of("\\b(do|does|did|is|are|was|were|has|have|had|would|could|should|must|need)n'?t\\b", "$1 not"),
        Rule.of("\\b(?:i'm|im)\\b", "i am"),
        Rule.of("\\b(what|where|who|how|when|why|it|that|there|here|he|she)'s\\b", "$1 is"),
        Rule.of("\\bwhats\\b", "what is"),
        Rule.of("\\b(what|where|who|how|why|you|we|they)'re\\b", "$1 are"),
        Rule.of("\\b(i|you|we|they|who|would|could|should)'ve\\b", "$1 have"),
        Rule.of("\\b(i|you|he|she|it|we|they|that|there|who|what)'ll\\b", "$1 will"),
        Rule.of("\\b(what|where|how|when|why)'d\\b", "$1 did"),
        Rule.of("\\b(i|you|he|she|it|we|they|who)'d\\b", "$1 would"),
        Rule.of(
                "\\bi (?:do not know|can not figure out|am not sure|have no idea)(?: about| of)?"
                        + " (?=(?:how|what|where|when|who|which|why|if|whether)\\b)",
                ""),
    };

    private static final String TO_ALL = "(?: there| all| team| everyone)?";

    private static final String PAUSE = "[,!.:;]|\\s-";
    private static final String ASKING = "how|what|when|where|why|who|which|can|could|would|will|should|may|do|does|did"
            + "|are|am|were|please|i|my|we";

    /** The words of the last alternatives begin other texts too, such as {@code thank you note} and {@code well water}. */
    private static final Pattern GREETING = Pattern.compile("^(?:(?:hi|hello|hey)" + TO_ALL
            + "|please|pls|plz|ok|okay|so"
            + "|(?:greetings|good (?:morning|afternoon|evening))" + TO_ALL + "(?=" + PAUSE + "|\\s(?:" + ASKING
            + "|is|was|the|there|you)\\b)"
            + "|(?:well|thanks|thank you|(?:quick )?question)(?=" + PAUSE + "|\\s(?:" + ASKING
            + "|is (?:it|there|this|that|my|the))\\b)"
            + ")\\b[\\s,!.:;-]*(?=\\w+\\W+\\w+)");

    private static final Pattern OPENING = Pattern.compile(
            "^(?:(?:can|could|would|will) you (?:please )?(?:tell|explain to|show) me|(?:please )?(?:tell|show) me"
                    + "|(?:i want|i need|i would like|i wish) to know|do you know|i was wondering|i am wondering)"
                    + "(?: please)?,? (?=(?:how|what|when|where|why|who|which|if|whether)\\b)");
    private static final Pattern CLOSING =
            Pattern.compile("(?<![\\s,;:-])([\\s,;:-]*+)\\b(?:please|pls|plz|thx|asap|thanks(?: a lot| so much)?"
                    + "|thank you(?: very much| so much)?)(?: in advance)?$");

    /** What stands before such a word if the question is about it, as in {@code how do you say thank you}. */
    private static final Pattern ABOUT = Pattern.compile(
            "\\b(?:say|says|saying|said|spell|write|sign|mean|means|translate|pronounce|use|is|of|for|with|to|and"
                    + "|or|than|a|the|word|phrase)$");

    /** But for the sign of a factorial, and that of a grade such as {@code A-}. */
    private static final Pattern END =
            Pattern.compile("(?<![\\s?!.,;:-])((?<=(?<!\\d)(?<!\\d[.,])\\d{1,3})!|(?<=\\b\\p{L})-)?[\\s?!.,;:-]*+$");

    /**
     * What no letter has composed with, but for a few marks of a letter of another script, where they tell words apart. Java's word
     * boundary looks back over all of them, at each of them.
     */
    private static final Pattern MARKS = Pattern.compile("([\\p{L}&&[^\\p{IsLatin}]]\\p{M}{0,3}+)|\\p{Mn}+");

    /** What is typed as an apostrophe. An acute accent alone would become a space in compatibility form. */
    private static final Pattern APOSTROPHE = Pattern.compile("[`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032]");

    /** What is typed as a quotation mark, or for inches. A double prime would become two primes in compatibility form. */
    private static final Pattern QUOTE = Pattern.compile("[\u201c\u201d\u2033]");

    /** The point of a number below one, whose zero is left out; not that of a file type such as {@code .7z}. */
    private static final Pattern POINT =
            Pattern.compile("(?<![\\w.])\\.(?=\\d+(?:\\b|(?i:[mk]?g|m?l|[mck]?m|[mk]w|[kmgt]b)\\b))");

    /** Digits above and below the line, which are plain digits in compatibility form. */
    private static final Pattern SUPERSCRIPT = Pattern.compile("[\u00b2\u00b3\u00b9\u2070-\u207f]+");

    private static final Pattern SUBSCRIPT = Pattern.compile("[\u2080-\u208e]+");

    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");

    /** How many courtesies are removed from either end. Each reads the text once. */
    private static final int COURTESIES_MAX = 5;

    private Normaliser() {}

    /** The normalised text: compatibility forms, lower case, one space between words, without final punctuation. */
    public static String normalise(String text) {
        String plain = plain(text).toLowerCase(Locale.ROOT);
        for (Rule rule : SPELLINGS) {
            plain = rule.pattern.matcher(plain).replaceAll(rule.by);
        }
        String shorter = withoutCourtesies(plain);
        for (int i = 1; i < COURTESIES_MAX && !shorter.equals(plain); i++) {
            plain = shorter;
            shorter = withoutCourtesies(plain);
        }
        return shorter;
    }

    /** The text in compatibility forms with plain apostrophes and spaces; case and punctuation remain. */
    static String plain(String text) {
        String marked =
                SUBSCRIPT.matcher(SUPERSCRIPT.matcher(text).replaceAll("^$0")).replaceAll("_$0");
        String composed = Normalizer.normalize(
                QUOTE.matcher(APOSTROPHE.matcher(marked).replaceAll("'")).replaceAll("\""), Normalizer.Form.NFKC);
        String plain = MARKS.matcher(composed).replaceAll("$1");
        return POINT.matcher(SPACES.matcher(plain).replaceAll(" ").strip()).replaceAll("0.");
    }

    private static String withoutCourtesies(String text) {
        String rest = END.matcher(text).replaceFirst("$1");
        Matcher closing = CLOSING.matcher(rest);
        if (closing.find() && !isAbout(rest, closing)) {
            rest = rest.substring(0, closing.start());
        }
        rest = GREETING.matcher(rest).replaceFirst("");
        rest = OPENING.matcher(rest).replaceFirst("");
        return rest.isEmpty() ? text : rest;
    }

    /** Whether the question is about its last words, which no comma sets off. */
    private static boolean isAbout(String text, Matcher closing) {
        return !closing.group(1).contains(",")
                && ABOUT.matcher(text).region(0, closing.start()).find();
    }
}
