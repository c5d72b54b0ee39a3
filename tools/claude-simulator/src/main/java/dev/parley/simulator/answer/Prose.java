package dev.parley.simulator.answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Writes Markdown whose form suits a question; its content is made up. The same question gets the same text every time,
 * on every machine.
 */
final class Prose {
    private static final int TOKENS_MIN = 40;
    private static final int TOKENS_MAX = 300;
    private static final int QUOTED_CHARACTERS_MAX = 80;

    /** Only the beginning of a question is used, so that a long document in it costs no more than a page. */
    private static final int CHARACTERS_MAX = 2_000;

    private final String question;
    private final Topic topic;
    private final Form form;
    private final Random random;
    private final List<String> sentences;
    private final List<String> headings;
    private final List<String> steps;
    private final List<String> aspects;
    private final List<String> closings;

    /** The form of an answer. The first whose words occur in the question is used. */
    private enum Form {
        CODE("\\b(code|function|class|program|script|snippet|regex|algorithm|python|java|javascript|typescript|sql|bash"
                + "|shell|kotlin|rust|implement)\\b"),
        COMPARISON("\\b(compare|comparison|difference|differences|differ|versus|vs|better|pros and cons)\\b"),
        STEPS("\\b(how (do|can|to|would|should)|steps?|list|ways|tips|guide|plan|recipe|instructions|checklist)\\b"),
        GREETING("^\\W*(hi|hello|hey|good (morning|evening|afternoon)|thanks|thank you)\\b.{0,40}$"),
        EXPLANATION("");

        private final Pattern words;

        Form(String words) {
            this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        }

        static Form of(String question) {
            return Arrays.stream(values())
                    .filter(form -> form.words.matcher(question).find())
                    .findFirst()
                    .orElse(EXPLANATION);
        }
    }

    private Prose(String question) {
        this.question = question.substring(0, Math.min(question.length(), CHARACTERS_MAX));
        this.topic = Topic.of(this.question);
        this.form = Form.of(this.question);
        this.random = new Random(question.hashCode());
        this.sentences = shuffled(Phrases.ALL.sentences());
        this.headings = shuffled(Phrases.ALL.headings());
        this.steps = shuffled(Phrases.ALL.steps());
        this.aspects = shuffled(Phrases.ALL.aspects());
        this.closings = shuffled(Phrases.ALL.closings());
    }

    private List<String> shuffled(List<String> phrases) {
        List<String> shuffled = new ArrayList<>(phrases);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    /** Moves the first phrase to the end, so that each is drawn once before one is drawn again. */
    private static String draw(List<String> phrases) {
        phrases.add(phrases.removeFirst());
        return phrases.getLast();
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
        return "The question is about " + prose.topic.word(0) + " and " + prose.topic.word(1)
                + ". I am a simulator, so I will choose a fitting form and be open about it. "
                + prose.sentences(1 + prose.random.nextInt(2), 0);
    }

    /**
     * The parts of an answer.
     *
     * @param complete whether all wanted tokens are needed, even if the last part exceeds them
     */
    private List<String> parts(String preface, int wanted, boolean complete) {
        List<String> parts = new ArrayList<>();
        parts.add(topic.fill(draw(shuffled(Phrases.ALL.openings())), 0).replace("{q}", quoted()));
        if (!preface.isEmpty()) {
            parts.add(preface);
        }
        int length = Tokens.split(String.join("\n\n", parts)).size();
        for (int turn = 0; length < wanted; turn++) {
            String next = part(turn);
            int longer = length + Tokens.split(next).size() + 1;
            if (longer > wanted && !complete && length >= TOKENS_MIN) {
                break;
            }
            parts.add(next);
            length = longer;
        }
        return parts;
    }

    private String quoted() {
        String line = question.strip().replaceAll("\\s+", " ");
        return Tokens.excerpt(line, QUOTED_CHARACTERS_MAX);
    }

    private String part(int turn) {
        return switch (form) {
            case GREETING -> turn == 0 ? "Hello! What would you like to talk about?" : closing(turn);
            case CODE -> turn % 3 == 0 ? code() : paragraph(turn);
            case COMPARISON -> turn % 3 == 0 ? table() : paragraph(turn);
            case STEPS -> turn % 3 == 0 ? steps() : paragraph(turn);
            case EXPLANATION -> turn % 3 == 2 ? closing(turn) : paragraph(turn);
        };
    }

    private String paragraph(int turn) {
        String heading = turn > 0 && random.nextBoolean() ? "## " + topic.fill(draw(headings), 0) + "\n\n" : "";
        return heading + sentences(1 + random.nextInt(2), turn);
    }

    private String sentences(int count, int turn) {
        List<String> filled = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            filled.add(topic.fill(draw(sentences), turn + i));
        }
        return String.join(" ", filled);
    }

    private String steps() {
        List<String> lines = new ArrayList<>();
        int count = 3 + random.nextInt(3);
        for (int number = 1; number <= count; number++) {
            lines.add(number + ". " + topic.fill(draw(steps), 0));
        }
        return String.join("\n", lines);
    }

    /** A code example in the language that the question names; in Python if it names none. */
    private String code() {
        String asked = question.toLowerCase(Locale.ROOT);
        return Phrases.ALL.code().stream()
                .filter(code -> code.languages().stream().anyMatch(asked::contains))
                .findFirst()
                .map(code -> String.join("\n", code.lines()).replace("{name}", topic.identifier()))
                .orElseThrow();
    }

    private String table() {
        List<String> rows =
                new ArrayList<>(List.of("| | " + topic.word(0) + " | " + topic.word(1) + " |", "| --- | --- | --- |"));
        for (int i = 0; i < 3; i++) {
            rows.add("| " + draw(aspects) + " |");
        }
        return String.join("\n", rows);
    }

    private String closing(int turn) {
        return topic.fill(draw(closings), turn);
    }
}
