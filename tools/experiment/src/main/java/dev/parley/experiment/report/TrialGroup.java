package dev.parley.experiment.report;

import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The figures of some trials.
 *
 * @param by what they have in common: {@code all}, {@code models}, {@code tenant} or {@code kind}
 * @param sufficient the share in which the asked model's answer is not worse
 * @param originalUsd the mean cost of an original answer; empty without prices
 * @param savedUsd the mean difference between the costs of the original and the asked answer
 */
record TrialGroup(
        String by,
        String name,
        long trials,
        long better,
        long equal,
        long worse,
        Interval sufficient,
        Optional<Interval> originalUsd,
        Optional<Interval> askedUsd,
        Optional<Interval> savedUsd,
        Optional<Interval> originalFirstTokenMs,
        Optional<Interval> askedFirstTokenMs,
        Optional<Interval> originalTotalMs,
        Optional<Interval> askedTotalMs) {

    /** All trials, and those of each pair of models, tenant and kind. */
    static List<TrialGroup> of(List<TrialCompleted> trials) {
        List<TrialGroup> groups = new ArrayList<>();
        if (!trials.isEmpty()) {
            groups.add(of("all", "all", trials));
            add(
                    groups,
                    "models",
                    trials,
                    trial -> trial.original().model() + " → "
                            + (trial.similar().isPresent()
                                    ? trial.model()
                                    : trial.trial().model()));
            add(groups, "tenant", trials, trial -> trial.tenant().value());
            add(groups, "kind", trials, TrialCompleted::kind);
        }
        return groups;
    }

    private static void add(
            List<TrialGroup> groups, String by, List<TrialCompleted> trials, Function<TrialCompleted, String> name) {
        TreeMap<String, List<TrialCompleted>> named = new TreeMap<>();
        trials.forEach(trial ->
                named.computeIfAbsent(name.apply(trial), _ -> new ArrayList<>()).add(trial));
        named.forEach((key, own) -> groups.add(of(by, key, own)));
    }

    private static TrialGroup of(String by, String name, List<TrialCompleted> trials) {
        long worse = count(trials, Verdict.WORSE);
        return new TrialGroup(
                by,
                name,
                trials.size(),
                count(trials, Verdict.BETTER),
                count(trials, Verdict.EQUAL),
                worse,
                Interval.share(trials.size() - worse, trials.size()),
                Interval.mean(values(trials, trial -> usd(trial.original()))),
                Interval.mean(values(trials, trial -> usd(trial.trial()))),
                Interval.mean(values(trials, TrialGroup::saved)),
                Interval.median(values(trials, trial -> trial.original().firstTokenMs())),
                Interval.median(values(trials, trial -> trial.trial().firstTokenMs())),
                Interval.median(values(trials, trial -> trial.original().totalMs())),
                Interval.median(values(trials, trial -> trial.trial().totalMs())));
    }

    private static long count(List<TrialCompleted> trials, Verdict verdict) {
        return trials.stream()
                .filter(trial -> trial.judgement().verdict() == verdict)
                .count();
    }

    static double[] values(List<TrialCompleted> trials, Function<TrialCompleted, OptionalDouble> value) {
        return trials.stream()
                .flatMapToDouble(trial -> value.apply(trial).stream())
                .toArray();
    }

    private static OptionalDouble usd(AnswerFacts answer) {
        return answer.costUsd().stream().mapToDouble(BigDecimal::doubleValue).findFirst();
    }

    private static OptionalDouble saved(TrialCompleted trial) {
        OptionalDouble original = usd(trial.original());
        OptionalDouble asked = usd(trial.trial());
        return original.isPresent() && asked.isPresent()
                ? OptionalDouble.of(original.getAsDouble() - asked.getAsDouble())
                : OptionalDouble.empty();
    }
}
