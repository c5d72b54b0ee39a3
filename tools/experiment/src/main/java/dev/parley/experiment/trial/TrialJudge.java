package dev.parley.experiment.trial;

import dev.parley.contracts.model.LeastThinking;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The model that compares answers.
 *
 * @param thinking the least that it permits; empty if that is unknown
 */
public record TrialJudge(String model, Optional<LeastThinking> thinking) {
    /** A verdict takes about ten tokens. */
    private static final long VERDICT_TOKENS_MAX = 100;

    /** With thinking before it. */
    private static final long REPLY_TOKENS_MAX = 4_096;

    /** The most tokens of a reply, with its thinking. */
    long tokensMax() {
        return thinking.filter(least -> least != LeastThinking.ALWAYS).isPresent()
                ? VERDICT_TOKENS_MAX
                : REPLY_TOKENS_MAX;
    }

    void limitThinking(ObjectNode request) {
        thinking.ifPresent(least -> {
            switch (least) {
                case ON_REQUEST, WITH_BUDGET -> {
                    // Without the parameter it does not think.
                }
                case DISABLED, BETWEEN_TOOLS -> request.putObject("thinking").put("type", least.text());
                case ALWAYS -> request.withObject("/output_config").put("effort", "low");
            }
        });
    }
}
