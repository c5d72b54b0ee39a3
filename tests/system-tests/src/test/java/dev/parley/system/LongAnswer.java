package dev.parley.system;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An answer of the simulator whose every word occurs once, so that a lost or repeated piece shows. */
final class LongAnswer {
    static final String TEXT = ofWords(120);

    /** It, in about four seconds. */
    static final String SLOWLY = at(30);

    private LongAnswer() {}

    /** A shorter or longer one. */
    static String ofWords(int count) {
        return IntStream.range(0, count).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    }

    /** The directives of the simulator for it at this speed, in words a second. */
    static String at(int tokensPerSecond) {
        return "first_token_ms=0 tokens_per_second=" + tokensPerSecond + " text=\"" + TEXT + "\"";
    }
}
