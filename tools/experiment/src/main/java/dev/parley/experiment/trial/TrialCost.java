package dev.parley.experiment.trial;

import dev.parley.contracts.price.CacheLife;
import dev.parley.contracts.price.Prices;
import dev.parley.experiment.trial.Trial.AskedAgain;
import dev.parley.experiment.trial.Trial.Compared;
import java.math.BigDecimal;
import java.util.Optional;

/** The highest possible cost of a trial. */
public record TrialCost(Prices prices, TrialJudge judge) {
    /**
     * An upper bound, in US dollars: a model that is asked uses all its tokens, and the judge reads everything twice.
     *
     * @return empty if a model has no price
     */
    public Optional<BigDecimal> atMost(Trial trial) {
        PastTurn turn = trial.turn();
        return switch (trial) {
            case AskedAgain asked ->
                prices.costAtMost(
                                asked.model(),
                                ofAnyModel(turn.promptTokens()),
                                turn.answerTokensMax(),
                                CacheLife.of(turn.request()))
                        .flatMap(cost ->
                                comparisons(turn, turn.answerTokensMax()).map(cost::add));
            case Compared compared -> comparisons(turn, compared.source().answerTokens());
        };
    }

    /** Of both orders. */
    private Optional<BigDecimal> comparisons(PastTurn turn, long answerTokens) {
        long compared = turn.promptTokens() + turn.answerTokens() + answerTokens + Comparison.TOKENS_AROUND;
        return prices.costAtMost(judge.model(), ofAnyModel(compared), judge.tokensMax(), CacheLife.FIVE_MINUTES)
                .map(once -> once.add(once));
    }

    /** The most tokens of a text that one model counts so many for: newer ones count about 30 % more than those before them. */
    private static long ofAnyModel(long tokens) {
        return tokens + (tokens + 1) / 2;
    }
}
