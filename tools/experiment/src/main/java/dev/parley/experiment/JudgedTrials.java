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
     * The questions, in an order that follows from their scores, so that the same trials give the same calibration. The cheaper
     * model suffices unless the judge prefers the other answer in both orders.
     */
    static List<JudgedQuestion> of(List<TrialCompleted> trials, ModelPair pair) {
        return trials.stream()
                .map(trial -> judged(trial, pair))
                .sorted(Comparator.comparingDouble(JudgedQuestion::score)
                        .thenComparing(JudgedQuestion::sufficient)
                        .thenComparingDouble(question -> question.savedUsd().orElse(0)))
                .toList();
    }

    private static JudgedQuestion judged(TrialCompleted trial, ModelPair pair) {
        boolean cheaperAsked = trial.model().equals(pair.cheaper());
        Verdict verdict = trial.judgement().verdict();
        boolean suffices = cheaperAsked ? verdict.suffices() : verdict != Verdict.BETTER;
        AnswerFacts cheaper = cheaperAsked ? trial.trial() : trial.original();
        AnswerFacts strong = cheaperAsked ? trial.original() : trial.trial();
        return new JudgedQuestion(trial.score(), suffices, saved(strong.costUsd(), cheaper.costUsd()));
    }

    private static OptionalDouble saved(Optional<BigDecimal> strong, Optional<BigDecimal> cheaper) {
        return strong.flatMap(more -> cheaper.map(more::subtract)).stream()
                .mapToDouble(BigDecimal::doubleValue)
                .findFirst();
    }
}
