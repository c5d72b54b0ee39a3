package dev.parley.experiment.calibration;

import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.trial.Target;
import dev.parley.router.ModelPair;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Trials between the models of a pair as questions for a calibration. */
public final class JudgedTrials {
    private JudgedTrials() {}

    /**
     * The questions, in an order that follows from their scores, so that the same trials give the same calibration. The cheaper
     * model suffices unless the judge prefers the other answer in both orders. Trials of other models are left out.
     */
    public static List<JudgedQuestion> of(List<TrialCompleted> trials, ModelPair pair) {
        return trials.stream()
                .flatMap(trial -> judged(trial, pair).stream())
                .sorted(Comparator.comparingDouble(JudgedQuestion::score)
                        .thenComparing(JudgedQuestion::sufficient)
                        .thenComparingDouble(question -> question.savedUsd().orElse(0))
                        .thenComparing(question -> question.conversation().value()))
                .toList();
    }

    /** The models of the completed trials that are left out, as {@code original → asked}, each once. */
    public static List<String> ofOtherModels(Collection<? extends TrialEvent> events, ModelPair pair) {
        return events.stream()
                .flatMap(event -> event instanceof TrialCompleted trial
                                && judged(trial, pair).isEmpty()
                        ? Stream.of(trial.original().model() + " → " + trial.model())
                        : Stream.empty())
                .distinct()
                .sorted()
                .toList();
    }

    private static Optional<JudgedQuestion> judged(TrialCompleted trial, ModelPair pair) {
        Verdict verdict = trial.judgement().verdict();
        if (compares(trial, pair.strong(), pair.cheaper())) {
            return Optional.of(new JudgedQuestion(
                    trial.conversation(), trial.score(), verdict.suffices(), saved(trial.original(), trial.trial())));
        }
        if (compares(trial, pair.cheaper(), pair.strong())) {
            return Optional.of(new JudgedQuestion(
                    trial.conversation(),
                    trial.score(),
                    verdict != Verdict.BETTER,
                    saved(trial.trial(), trial.original())));
        }
        return Optional.empty();
    }

    private static boolean compares(TrialCompleted trial, String original, String asked) {
        return Target.isBy(original, trial.original().model()) && Target.isBy(asked, trial.model());
    }

    private static OptionalDouble saved(AnswerFacts strong, AnswerFacts cheaper) {
        return strong.costUsd().flatMap(more -> cheaper.costUsd().map(more::subtract)).stream()
                .mapToDouble(BigDecimal::doubleValue)
                .findFirst();
    }
}
