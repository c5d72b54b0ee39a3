package dev.parley.simulator.answer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes Markdown with words of a question; its content is made up. The same question gets the same text every time, on
 * every machine.
 */
final class Prose {
    private static final int TOKENS_MIN = 40;
    private static final int TOKENS_MAX = 300;
    private static final int QUOTED_CHARACTERS_MAX = 80;

    /** Only the beginning of a question is used, so that a long document in it costs no more than a page. */
    private static final int CHARACTERS_MAX = 2_000;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}-]{3,24}");
    private static final List<String> PLACEHOLDERS = List.of("the matter at hand", "its context", "the details");
    private static final Phrases PHRASES = JsonMapper.shared()
            .readValue(
                    Objects.requireNonNull(
                            Prose.class.getResourceAsStream("phrases.json"), "the phrases are in the jar"),
                    Phrases.class);

    private final List<String> words;
    private final String quoted;
    private final Random random;
    private final List<String> sentences;
    private final List<String> blocks;

    /**
     * The phrases of {@code phrases.json}, with places for words of the question.
     *
     * @param blocks lines of lists, tables and code
     */
    private record Phrases(List<String> openings, List<String> sentences, List<List<String>> blocks) {}

    private Prose(String question) {
        String beginning = question.substring(0, Math.min(question.length(), CHARACTERS_MAX));
        this.words = words(beginning);
        this.quoted = Tokens.excerpt(beginning.strip().replaceAll("\\s+", " "), QUOTED_CHARACTERS_MAX);
        this.random = new Random(question.hashCode());
        this.sentences = shuffled(PHRASES.sentences());
        this.blocks = shuffled(
                PHRASES.blocks().stream().map(lines -> String.join("\n", lines)).toList());
    }

    /** The three longest words of a question; placeholders if it has fewer. */
    private static List<String> words(String question) {
        Stream<String> longest = WORD.matcher(question)
                .results()
                .map(MatchResult::group)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed());
        return Stream.concat(longest, PLACEHOLDERS.stream())
                .limit(PLACEHOLDERS.size())
                .toList();
    }

    private List<String> shuffled(List<String> phrases) {
        List<String> shuffled = new ArrayList<>(phrases);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    /**
     * An answer of 40 to 300 tokens that ends with a whole sentence.
     *
     * @param preface the text right after the opening, empty for none
     */
    static String answer(String question, String preface) {
        Prose prose = new Prose(question);
        int wanted = prose.random.nextInt(TOKENS_MIN, TOKENS_MAX + 1);
        return String.join("\n\n", prose.parts(preface, wanted, false));
    }

    /** An answer of exactly {@code tokens} tokens. */
    static String answer(String question, String preface, int tokens) {
        String text = String.join("\n\n", new Prose(question).parts(preface, tokens, true));
        return String.join("", Tokens.split(text).subList(0, tokens));
    }

    /** The thinking before an answer, about 15 to 60 tokens. */
    static String thinking(String question) {
        Prose prose = new Prose(question);
        return "The question is about " + prose.words.get(0) + " and " + prose.words.get(1)
                + ". I am a simulator, and will be open about it. " + prose.paragraph();
    }

    /**
     * The parts of an answer.
     *
     * @param complete whether all wanted tokens are needed, even if the last part exceeds them
     */
    private List<String> parts(String preface, int wanted, boolean complete) {
        List<String> parts = new ArrayList<>();
        parts.add(fill(shuffled(PHRASES.openings()).getFirst()).replace("{q}", quoted));
        if (!preface.isEmpty()) {
            parts.add(preface);
        }
        int length = Tokens.split(String.join("\n\n", parts)).size();
        while (length < wanted) {
            String next = parts.size() % 3 == 2 ? draw(blocks) : paragraph();
            int longer = length + Tokens.split(next).size() + 1;
            if (longer > wanted && !complete && length >= TOKENS_MIN) {
                break;
            }
            parts.add(next);
            length = longer;
        }
        return parts;
    }

    private String paragraph() {
        return String.join(
                " ",
                IntStream.rangeClosed(0, random.nextInt(2))
                        .mapToObj(_ -> draw(sentences))
                        .toList());
    }

    /** Moves the first phrase to the end, so that each is drawn once before one is drawn again. */
    private String draw(List<String> phrases) {
        phrases.add(phrases.removeFirst());
        return fill(phrases.getLast());
    }

    /** A phrase with words in its places {@code {0}} to {@code {2}}, and with a capital letter at its beginning. */
    private String fill(String phrase) {
        String filled = phrase;
        int first = random.nextInt(words.size());
        for (int place = 0; place < words.size(); place++) {
            filled = filled.replace("{" + place + "}", words.get((first + place) % words.size()));
        }
        return filled.substring(0, 1).toUpperCase(Locale.ROOT) + filled.substring(1);
    }
}
