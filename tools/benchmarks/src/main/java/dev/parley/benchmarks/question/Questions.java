package dev.parley.benchmarks.question;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.benchmarks.load.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Questions that nobody has asked before, so that no cache has their answers, and each of which tells the simulated Claude
 * what to say. An answer begins with a word that is its own: an answer that went to another reader is noticed.
 */
public final class Questions {
    private static final List<String> WORDS = List.of(
            "amber", "birch", "cedar", "delta", "ember", "flint", "grain", "heron", "inlet", "junco", "kelp", "larch",
            "maple", "north", "ocean", "pearl", "quill", "river", "slate", "tidal", "umbra", "vista", "wheat",
            "yarrow");

    private static final int RADIX = 36;
    private static final int ID_MIN = RADIX * RADIX * RADIX;

    private final Random random;
    private final String series;
    private int asked = ID_MIN;

    public Questions(long seed) {
        this.random = new Random(seed);
        this.series = Long.toString(Math.floorMod(seed, 1_000_000_007L), RADIX);
    }

    /** Questions with answers of so many tokens. */
    public List<Request> next(int count, int tokens, Pace pace) {
        return next(count, tokens, pace, 0);
    }

    /**
     * Questions with answers of so many tokens.
     *
     * @param ballast how many bytes are asked besides what matters
     */
    public List<Request> next(int count, int tokens, Pace pace, int ballast) {
        List<Request> questions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            questions.add(next(tokens, pace, ballast));
        }
        return questions;
    }

    private Request next(int tokens, Pace pace, int ballast) {
        String id = Integer.toString(asked++, RADIX);
        StringBuilder answer = new StringBuilder(id);
        for (int i = 1; i < tokens; i++) {
            answer.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
        }
        String body =
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":8192,\"stream\":true,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Question " + series + " " + id + "."
                        + " lorem".repeat(ballast / " lorem".length())
                        + " [[sim: " + pace.directives() + " text=\\\"" + answer + "\\\"]]\"}]}";
        return new Request(body.getBytes(US_ASCII), answer.toString().getBytes(US_ASCII));
    }
}
