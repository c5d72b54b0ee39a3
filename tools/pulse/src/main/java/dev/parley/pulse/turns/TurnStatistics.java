package dev.parley.pulse.turns;

import dev.parley.contracts.event.CacheVerdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Counts, times and cost of the turns that ended in a span of time.
 *
 * @param seconds length of the span, as far as it is known
 * @param hitRate share of cached answers among cache look-ups; empty if there were none
 * @param priced turns whose cost is known
 * @param costUsdPerHour cost of calls to Claude per hour at this rate, of the turns whose cost is known
 * @param stages by stage, its percentiles over the turns that passed it
 * @param errors most frequent first
 */
public record TurnStatistics(
        double seconds,
        int ended,
        int failed,
        Optional<Double> hitRate,
        int priced,
        double costUsdPerHour,
        Map<String, Percentiles> stages,
        List<ErrorCount> errors) {
    private static final double SECONDS_PER_HOUR = 3_600;
    private static final int ERRORS_MAX = 20;
    private static final Set<String> SUCCESSFUL_OUTCOMES = Set.of("completed", "cancelled");

    /**
     * The number of errors of one kind.
     *
     * @param of {@code answers}: failed for the client; {@code calls}: calls to Claude, of which a later one may have succeeded
     * @param status 0 if there was none
     */
    public record ErrorCount(String of, String kind, int status, long count) {
        private ErrorCount with(long number) {
            return new ErrorCount(of, kind, status, number);
        }
    }

    /** Empty for turns that did not reach the stage. */
    private static final Map<String, Function<EndedTurn, OptionalDouble>> STAGES = Map.of(
            "session", turn -> OptionalDouble.of(turn.timings().sessionMs()),
            "cache", turn -> OptionalDouble.of(turn.timings().cacheMs()),
            "queue", turn -> turn.timings().queueMs(),
            "claude_first_token", turn -> turn.timings().claudeFirstTokenMs(),
            "claude", turn -> turn.timings().claudeMs(),
            "first_token", EndedTurn::firstTokenMs,
            "total", turn -> OptionalDouble.of(turn.timings().totalMs()));

    /**
     * The statistics of these turns.
     *
     * @param known the span of time that they cover
     */
    public static TurnStatistics of(List<EndedTurn> turns, Duration known) {
        double seconds = Math.max(1, known.toMillis() / 1e3);
        long lookups = count(turns, turn -> turn.cache() != CacheVerdict.BYPASS);
        double cost = turns.stream()
                .flatMap(turn -> turn.costUsd().stream())
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
        return new TurnStatistics(
                seconds,
                turns.size(),
                (int) count(turns, turn -> turn.error().isPresent()),
                lookups == 0 ? Optional.empty() : Optional.of((double) count(turns, EndedTurn::isCached) / lookups),
                (int) count(turns, turn -> turn.costUsd().isPresent()),
                cost * SECONDS_PER_HOUR / seconds,
                stages(turns),
                errors(turns));
    }

    private static Map<String, Percentiles> stages(List<EndedTurn> turns) {
        Map<String, Percentiles> stages = new TreeMap<>();
        STAGES.forEach((name, time) -> Percentiles.of(turns.stream().map(time).flatMapToDouble(OptionalDouble::stream))
                .ifPresent(percentiles -> stages.put(name, percentiles)));
        return stages;
    }

    private static List<ErrorCount> errors(List<EndedTurn> turns) {
        Map<ErrorCount, Long> counts = new HashMap<>();
        for (EndedTurn turn : turns) {
            turn.error().ifPresent(error -> count(counts, "answers", error.type(), error.status()));
            turn.attempts().stream()
                    .filter(attempt -> !SUCCESSFUL_OUTCOMES.contains(attempt.outcome()))
                    .forEach(attempt -> count(counts, "calls", attempt.outcome(), attempt.status()));
        }
        return counts.entrySet().stream()
                .map(entry -> entry.getKey().with(entry.getValue()))
                .sorted(Comparator.comparing(ErrorCount::of)
                        .thenComparing(
                                Comparator.comparingLong(ErrorCount::count).reversed())
                        .thenComparing(ErrorCount::kind)
                        .thenComparingInt(ErrorCount::status))
                .limit(ERRORS_MAX)
                .toList();
    }

    private static void count(Map<ErrorCount, Long> counts, String of, String kind, int status) {
        counts.merge(new ErrorCount(of, kind, status, 0), 1L, Long::sum);
    }

    private static long count(List<EndedTurn> turns, Predicate<EndedTurn> which) {
        return turns.stream().filter(which).count();
    }
}
