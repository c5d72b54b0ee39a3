package dev.parley.gateway.pulse;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What can be said of the answers that ended in a span of time.
 *
 * @param seconds how long it is, as far as it is known
 * @param hitRate the share that came from the cache, of those that were looked up there; empty of none
 * @param costUsdPerHour what Claude would charge in an hour like this
 * @param stages how long each stage took
 * @param errors what went wrong, most frequent first
 */
public record Answers(
        double seconds,
        int ended,
        int failed,
        Optional<Double> hitRate,
        double costUsdPerHour,
        Map<String, Spread> stages,
        List<ErrorCount> errors) {
    private static final double SECONDS_PER_HOUR = 3_600;
    private static final int KINDS_MAX = 20;

    /**
     * How often something went wrong.
     *
     * @param of {@code answers}, which clients saw fail, or {@code calls} to Claude, after which another may have worked
     * @param status 0 if there was none
     */
    public record ErrorCount(String of, String kind, int status, long count) {}

    private record Kind(String of, String kind, int status) {}

    static Answers of(List<EndedTurn> turns, Duration known) {
        double seconds = Math.max(1, known.toMillis() / 1e3);
        long hits = count(turns, turn -> turn.cache() == CacheVerdict.EXACT);
        long asked = count(turns, turn -> turn.cache() != CacheVerdict.BYPASS);
        double cost = turns.stream()
                .map(EndedTurn::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
        return new Answers(
                seconds,
                turns.size(),
                (int) count(turns, turn -> turn.error().isPresent()),
                asked == 0 ? Optional.empty() : Optional.of((double) hits / asked),
                cost * SECONDS_PER_HOUR / seconds,
                stages(turns),
                errors(turns));
    }

    private static Map<String, Spread> stages(List<EndedTurn> turns) {
        Map<String, Spread> stages = new TreeMap<>();
        put(stages, "session", turns, _ -> true, turn -> turn.timings().sessionMs());
        put(stages, "cache", turns, _ -> true, turn -> turn.timings().cacheMs());
        put(
                stages,
                "queue",
                turns,
                EndedTurn::calledClaude,
                turn -> turn.timings().queueMs());
        put(
                stages,
                "claude_first_token",
                turns,
                turn -> turn.timings().claudeFirstTokenMs() > 0,
                turn -> turn.timings().claudeFirstTokenMs());
        put(
                stages,
                "claude",
                turns,
                EndedTurn::calledClaude,
                turn -> turn.timings().claudeMs());
        put(stages, "first_token", turns, EndedTurn::hasFirstToken, EndedTurn::firstTokenMs);
        put(stages, "total", turns, _ -> true, turn -> turn.timings().totalMs());
        return stages;
    }

    private static void put(
            Map<String, Spread> stages,
            String stage,
            List<EndedTurn> turns,
            Predicate<EndedTurn> takesPart,
            ToDoubleFunction<EndedTurn> time) {
        Spread.of(turns.stream().filter(takesPart).mapToDouble(time)).ifPresent(spread -> stages.put(stage, spread));
    }

    private static List<ErrorCount> errors(List<EndedTurn> turns) {
        Map<Kind, Long> counts = new HashMap<>();
        for (EndedTurn turn : turns) {
            kinds(turn).forEach(kind -> counts.merge(kind, 1L, Long::sum));
        }
        List<ErrorCount> errors = new ArrayList<>();
        counts.forEach((kind, count) -> errors.add(new ErrorCount(kind.of(), kind.kind(), kind.status(), count)));
        errors.sort(Comparator.comparing(ErrorCount::of)
                .thenComparing(Comparator.comparingLong(ErrorCount::count).reversed())
                .thenComparing(ErrorCount::kind)
                .thenComparingInt(ErrorCount::status));
        return errors.stream().limit(KINDS_MAX).toList();
    }

    private static Stream<Kind> kinds(EndedTurn turn) {
        return Stream.concat(
                turn.error().stream().map(error -> new Kind("answers", error.type(), error.status())),
                turn.attempts().stream()
                        .filter(Answers::wentWrong)
                        .map(attempt -> new Kind("calls", attempt.outcome(), attempt.status())));
    }

    private static boolean wentWrong(Attempt attempt) {
        return switch (attempt.outcome()) {
            case "completed", "cancelled" -> false;
            default -> true;
        };
    }

    private static long count(List<EndedTurn> turns, Predicate<EndedTurn> which) {
        return turns.stream().filter(which).count();
    }
}
