package dev.parley.experiment;

import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.router.JudgedQuestion;
import dev.parley.router.ModelPair;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Trials between the models of a pair as questions for a calibration. */
final class JudgedTrials {
    private JudgedTrials() {}

    /**
     * The questions, in an order that follows from their scores, so that the same trials give the same calibration. A quality is
     * 1, or 0 if the judge prefers the other answer in both orders. The stronger model's answer counts 1 always, so that a better
     * answer of the cheaper model makes up for no loss.
     */
    static List<JudgedQuestion> of(List<TrialCompleted> trials, ModelPair pair) {
        return trials.stream()
                .map(trial -> judged(trial, pair))
                .sorted(Comparator.comparingDouble(JudgedQuestion::score)
                        .thenComparingDouble(JudgedQuestion::cheaper)
                        .thenComparingDouble(question -> question.savedUsd().orElse(0)))
                .toList();
    }

    private static JudgedQuestion judged(TrialCompleted trial, ModelPair pair) {
        boolean cheaperAsked = trial.model().equals(pair.cheaper());
        Verdict verdict = trial.judgement().verdict();
        boolean suffices = cheaperAsked ? verdict.suffices() : verdict != Verdict.BETTER;
        AnswerFacts cheaper = cheaperAsked ? trial.trial() : trial.original();
        AnswerFacts strong = cheaperAsked ? trial.original() : trial.trial();
        return new JudgedQuestion(trial.score(), suffices ? 1 : 0, 1, saved(strong.costUsd(), cheaper.costUsd()));
    }

    private static OptionalDouble saved(Optional<BigDecimal> strong, Optional<BigDecimal> cheaper) {
        return strong.flatMap(more -> cheaper.map(more::subtract)).stream()
                .mapToDouble(BigDecimal::doubleValue)
                .findFirst();
    }
}
