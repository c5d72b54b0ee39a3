package dev.parley.experiment.trial;

import dev.parley.contracts.price.CacheLife;
import dev.parley.contracts.price.Prices;
import java.math.BigDecimal;
import java.util.Optional;

/** The highest possible cost of a trial. */
public record TrialCost(Prices prices, String judge) {
    /**
     * An upper bound, in US dollars: the asked model uses all its tokens, and the judge reads everything twice.
     *
     * @return empty if a model has no price
     */
    public Optional<BigDecimal> atMost(PastTurn turn, String model) {
        long answer = turn.answerTokensMax();
        Optional<BigDecimal> asked =
                prices.costAtMost(model, ofAnyModel(turn.promptTokens()), answer, CacheLife.of(turn.request()));
        return asked.flatMap(cost -> comparisons(turn, answer).map(cost::add));
    }

    /** An upper bound of the comparison with an earlier answer, in US dollars; empty if the judge has no price. */
    public Optional<BigDecimal> ofComparisonAtMost(PastTurn turn, PastTurn earlier) {
        return comparisons(turn, earlier.answerTokens());
    }

    /** Of both orders. */
    private Optional<BigDecimal> comparisons(PastTurn turn, long answerTokens) {
        long compared = turn.promptTokens() + turn.answerTokens() + answerTokens + Comparison.TOKENS_AROUND;
        return prices.costAtMost(judge, ofAnyModel(compared), Comparison.TOKENS_MAX, CacheLife.FIVE_MINUTES)
                .map(once -> once.add(once));
    }

    /** The most tokens of a text that one model counts so many for: newer ones count about 30 % more than those before them. */
    private static long ofAnyModel(long tokens) {
        return tokens + (tokens + 1) / 2;
    }
}
