package dev.parley.inference.similar;

import dev.parley.contracts.model.LeastThinking;

/** A model that judges, with as little thinking as it permits. */
public record JudgeModel(String name, LeastThinking thinking) {
    private static final int WORD = 1;
    private static final int THINKING_AND_WORD_MAX = 1024;

    /** The most tokens of a reply: those of one word, and of the thinking that cannot be avoided. */
    public int outputTokensMax() {
        return thinking == LeastThinking.ALWAYS ? THINKING_AND_WORD_MAX : WORD;
    }
}
