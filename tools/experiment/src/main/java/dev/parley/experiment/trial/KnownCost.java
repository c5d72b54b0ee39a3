package dev.parley.experiment.trial;

import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What trials or turns cost, as far as it is known, in US dollars.
 *
 * @param known what they cost at least
 * @param charged the same, with the highest possible cost of each trial whose cost is unknown
 * @param unknown those whose highest possible cost is unknown too
 */
public record KnownCost(BigDecimal known, BigDecimal charged, long unknown) {
    public static final KnownCost NONE = new KnownCost(BigDecimal.ZERO, BigDecimal.ZERO, 0);

    /** The cost of a turn. */
    public static KnownCost of(Optional<BigDecimal> cost) {
        return of(Optional.empty(), List.of(cost));
    }

    /**
     * The cost of a trial, by its last event.
     *
     * @param atMost the highest possible cost, if known
     */
    public static KnownCost of(TrialEvent event, Optional<BigDecimal> atMost) {
        return switch (event) {
            case TrialStarted _ -> of(atMost, List.of(Optional.empty()));
            case TrialCompleted done ->
                of(atMost, List.of(done.trial().costUsd(), done.judgement().costUsd()));
            case TrialFailed failed -> of(atMost, List.of(failed.costUsd()));
        };
    }

    private static KnownCost of(Optional<BigDecimal> atMost, List<Optional<BigDecimal>> parts) {
        BigDecimal known = parts.stream().flatMap(Optional::stream).reduce(BigDecimal.ZERO, BigDecimal::add);
        return parts.stream().allMatch(Optional::isPresent)
                ? new KnownCost(known, known, 0)
                : new KnownCost(known, atMost.orElse(known), atMost.isPresent() ? 0 : 1);
    }

    public KnownCost plus(KnownCost other) {
        return new KnownCost(known.add(other.known), charged.add(other.charged), unknown + other.unknown);
    }

    /**
     * For people.
     *
     * @param what costs this: {@code trials} or {@code turns}
     */
    public String text(String what) {
        if (unknown > 0) {
            return String.format(Locale.ROOT, "at least USD %.4f; the cost of %,d %s is unknown", known, unknown, what);
        }
        return String.format(Locale.ROOT, "%sUSD %.4f", known.compareTo(charged) == 0 ? "" : "at most ", charged);
    }
}
