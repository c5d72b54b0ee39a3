package dev.parley.experiment.trial;

import dev.parley.contracts.price.Prices;
import java.math.BigDecimal;
import java.util.Optional;

/** The highest possible cost of a trial. */
public record TrialCost(Prices prices, String judge) {
    /**
     * An upper bound, in US dollars: the asked model uses all its tokens, and the judge reads everything twice. A prompt counts as
     * many tokens as for the model that answered the turn.
     *
     * @return empty if a model has no price
     */
    public Optional<BigDecimal> atMost(PastTurn turn, String model) {
        long compared = turn.promptTokens()
                + turn.facts().usage().outputTokens()
                + turn.answerTokensMax()
                + Comparison.TOKENS_AROUND;
        Optional<BigDecimal> answer = prices.costAtMost(model, turn.promptTokens(), turn.answerTokensMax());
        Optional<BigDecimal> comparison = prices.costAtMost(judge, compared, Comparison.TOKENS_MAX);
        return answer.flatMap(asked -> comparison.map(once -> asked.add(once).add(once)));
    }
}
