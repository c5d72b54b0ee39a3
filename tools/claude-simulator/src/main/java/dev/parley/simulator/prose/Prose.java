package dev.parley.simulator.prose;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes Markdown that answers a question by its form, though not by its substance. The same question gets the same
 * words every time, on every machine.
 */
public final class Prose {
    private static final int TOKENS_MIN = 40;
    private static final int TOKENS_MAX = 300;
    private static final int QUOTED_CHARACTERS_MAX = 80;

    /** Only the beginning of a question is looked at: a pasted book must not cost more than a page. */
    private static final int CHARACTERS_MAX = 2_000;

    private final String question;
    private final Topic topic;
    private final Shape shape;
    private final Random random;
    private final Deck sentences;
    private final Deck headings;
    private final Deck steps;
    private final Deck aspects;
    private final Deck closings;

    private Prose(String question) {
        this.question = question.substring(0, Math.min(question.length(), CHARACTERS_MAX));
        this.topic = Topic.of(this.question);
        this.shape = Shape.of(this.question);
        this.random = new Random(question.hashCode());
        this.sentences = new Deck(Phrases.SENTENCES, random);
        this.headings = new Deck(Phrases.HEADINGS, random);
        this.steps = new Deck(Phrases.STEPS, random);
        this.aspects = new Deck(Phrases.ASPECTS, random);
        this.closings = new Deck(Phrases.CLOSINGS, random);
    }

    /**
     * An answer of 40 to 300 tokens that ends with a sentence.
     *
     * @param preface what is said right after the opening, empty for nothing
     */
    public static String answer(String question, String preface) {
        Prose prose = new Prose(question);
        int wanted = prose.random.nextInt(TOKENS_MIN, TOKENS_MAX + 1);
        return String.join("\n\n", prose.parts(preface, wanted, false));
    }

    /** The first {@code tokens} tokens of an answer that never comes to an end. */
    public static String answer(String question, String preface, int tokens) {
        String text = String.join("\n\n", new Prose(question).parts(preface, tokens, true));
        return String.join("", Tokens.split(text).subList(0, tokens));
    }

    /** What goes through the head before the answer, in 15 to 60 tokens or so. */
    public static String thought(String question) {
        Prose prose = new Prose(question);
        return "The question is about " + prose.topic.first() + " and " + prose.topic.second()
                + ". I am a simulator, so I will choose a fitting form and be open about it. "
                + prose.sentences(1 + prose.random.nextInt(2), 0);
    }

    /** Parts as long as wanted: without an end until there are enough tokens, else as many as fit. */
    private List<String> parts(String preface, int wanted, boolean endless) {
        List<String> parts = new ArrayList<>(opening(preface));
        int length = tokens(parts);
        for (int turn = 0; length < wanted; turn++) {
            String next = part(turn);
            int longer = length + Tokens.split(next).size() + 1;
            if (longer > wanted && !endless && length >= TOKENS_MIN) {
                break;
            }
            parts.add(next);
            length = longer;
        }
        return parts;
    }

    private List<String> opening(String preface) {
        String opening = Phrases.fill(new Deck(Phrases.OPENINGS, random).draw(), topic, 0)
                .replace("{q}", quoted());
        return preface.isEmpty() ? List.of(opening) : List.of(opening, preface);
    }

    private String quoted() {
        String line = question.strip().replaceAll("\\s+", " ");
        int end = Math.min(line.length(), QUOTED_CHARACTERS_MAX);
        if (end < line.length() && Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        return end < line.length() ? line.substring(0, end) + "…" : line;
    }

    private String part(int turn) {
        return switch (shape) {
            case GREETING -> turn == 0 ? "Hello! What would you like to talk about?" : closing(turn);
            case CODE -> turn % 3 == 0 ? Code.example(question, topic) : paragraph(turn);
            case COMPARISON -> turn % 3 == 0 ? table() : paragraph(turn);
            case STEPS -> turn % 3 == 0 ? steps() : paragraph(turn);
            case EXPLANATION -> turn % 3 == 2 ? closing(turn) : paragraph(turn);
        };
    }

    private String paragraph(int turn) {
        boolean heading = turn > 0 && random.nextBoolean();
        return (heading ? "## " + Phrases.fill(headings.draw(), topic, 0) + "\n\n" : "")
                + sentences(1 + random.nextInt(2), turn);
    }

    private String sentences(int count, int turn) {
        List<String> filled = new ArrayList<>();
        for (String sentence : sentences.draw(count)) {
            filled.add(Phrases.fill(sentence, topic, turn + filled.size()));
        }
        return String.join(" ", filled);
    }

    private String steps() {
        List<String> lines = new ArrayList<>();
        for (String step : steps.draw(3 + random.nextInt(3))) {
            lines.add(lines.size() + 1 + ". " + Phrases.fill(step, topic, 0));
        }
        return String.join("\n", lines);
    }

    private String table() {
        List<String> rows =
                new ArrayList<>(List.of("| | " + topic.first() + " | " + topic.second() + " |", "| --- | --- | --- |"));
        aspects.draw(3).forEach(aspect -> rows.add("| " + aspect + " |"));
        return String.join("\n", rows);
    }

    private String closing(int turn) {
        return Phrases.fill(closings.draw(), topic, turn);
    }

    private static int tokens(List<String> parts) {
        return Tokens.split(String.join("\n\n", parts)).size();
    }
}
