package dev.parley.benchmarks.load;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Generates questions that are all different, so that no cache has their answers. Each contains the answer that the
 * simulated Claude is to give. An answer begins with a word of its own, so that a mix-up of two streams is detected.
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
    private int nextId = ID_MIN;

    public Questions(long seed) {
        this.random = new Random(seed);
        this.series = Long.toString(Math.floorMod(seed, 1_000_000_007L), RADIX);
    }

    /** New questions whose answers have this many tokens. */
    public List<Request.Question> next(int count, int tokens, AnswerTiming timing) {
        return IntStream.range(0, count).mapToObj(i -> next(tokens, timing)).toList();
    }

    private Request.Question next(int tokens, AnswerTiming timing) {
        String id = Integer.toString(nextId++, RADIX);
        StringBuilder answer = new StringBuilder(id);
        for (int i = 1; i < tokens; i++) {
            answer.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
        }
        String body =
                "{\"model\":\"claude-opus-5-5\",\"max_tokens\":8192,\"stream\":true,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Question " + series + " " + id + ". [[sim: " + timing.directives()
                        + " text=\\\"" + answer + "\\\"]]\"}]}";
        return new Request.Question(body, answer.toString());
    }
}
