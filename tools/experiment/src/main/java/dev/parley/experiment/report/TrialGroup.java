package dev.parley.experiment.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

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
 * Some trials, and their figures.
 *
 * @param by what they have in common: {@code all}, {@code models}, {@code tenant} or {@code kind}
 */
record TrialGroup(String by, String name, List<TrialCompleted> trials) {
    static final List<String> HEADER = List.of(
            "by",
            "group",
            "trials",
            "suffices %",
            "better",
            "equal",
            "worse",
            "original USD/1,000",
            "asked USD/1,000",
            "saved USD/1,000",
            "original first ms",
            "asked first ms",
            "original last ms",
            "asked last ms");

    TrialGroup {
        trials = List.copyOf(trials);
    }

    /** All trials, and those of each pair of models, tenant and kind; none without trials. */
    static List<TrialGroup> of(List<TrialCompleted> trials) {
        List<TrialGroup> groups = new ArrayList<>();
        add(groups, "all", trials, _ -> "all");
        add(groups, "models", trials, TrialGroup::models);
        add(groups, "tenant", trials, trial -> trial.tenant().value());
        add(groups, "kind", trials, TrialCompleted::kind);
        return groups;
    }

    private static void add(
            List<TrialGroup> groups, String by, List<TrialCompleted> trials, Function<TrialCompleted, String> name) {
        trials.stream()
                .collect(groupingBy(name, TreeMap::new, toList()))
                .forEach((value, own) -> groups.add(new TrialGroup(by, value, own)));
    }

    private static String models(TrialCompleted trial) {
        String asked =
                trial.similar().isPresent() ? trial.model() : trial.trial().model();
        return trial.original().model() + " → " + asked;
    }

    /** The share in which the asked model's answer is not worse. */
    Interval sufficient() {
        return Interval.share(trials.size() - count(Verdict.WORSE), trials.size());
    }

    /** The mean cost of an original answer; empty without prices. */
    Optional<Interval> originalUsd() {
        return Interval.mean(values(trials, trial -> usd(trial.original())));
    }

    Optional<Interval> askedUsd() {
        return Interval.mean(values(trials, trial -> usd(trial.trial())));
    }

    List<String> row() {
        return List.of(
                by,
                name,
                Integer.toString(trials.size()),
                sufficient().text(100, 1),
                Long.toString(count(Verdict.BETTER)),
                Long.toString(count(Verdict.EQUAL)),
                Long.toString(count(Verdict.WORSE)),
                text(originalUsd(), 1_000, 3),
                text(askedUsd(), 1_000, 3),
                text(Interval.mean(values(trials, TrialGroup::saved)), 1_000, 3),
                milliseconds(trial -> trial.original().firstTokenMs()),
                milliseconds(trial -> trial.trial().firstTokenMs()),
                milliseconds(trial -> trial.original().totalMs()),
                milliseconds(trial -> trial.trial().totalMs()));
    }

    private String milliseconds(Function<TrialCompleted, OptionalDouble> time) {
        return text(Interval.median(values(trials, time)), 1, 0);
    }

    private static String text(Optional<Interval> interval, int factor, int decimals) {
        return interval.map(known -> known.text(factor, decimals)).orElse("-");
    }

    private long count(Verdict verdict) {
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

    /** The difference between the costs of the original and the asked answer. */
    private static OptionalDouble saved(TrialCompleted trial) {
        OptionalDouble original = usd(trial.original());
        OptionalDouble asked = usd(trial.trial());
        return original.isPresent() && asked.isPresent()
                ? OptionalDouble.of(original.getAsDouble() - asked.getAsDouble())
                : OptionalDouble.empty();
    }
}
