package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.recovery.GenerationLog;
import dev.parley.inference.generation.recovery.RecoveryMemory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests of generations have in common. */
public final class Generations {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** For one call, and no other after it. */
    public static final GenerationSettings ONE_CALL = settings(SECOND, SECOND, retries(1, 0, Map.of()));

    private Generations() {}

    /**
     * Settings with a timeout for Claude's first byte and for its pauses; those within thinking may be twice as long, those of tools
     * three times.
     */
    public static GenerationSettings settings(Duration heartbeatInterval, Duration timeout, RetrySettings retries) {
        return new GenerationSettings(
                50,
                heartbeatInterval,
                heartbeatInterval.multipliedBy(3),
                timeout,
                timeout,
                timeout.multipliedBy(2),
                timeout.multipliedBy(3),
                retries,
                1_000_000);
    }

    public static RetrySettings retries(int attemptsMax, int refusalsMax, Map<String, List<String>> fallbacks) {
        return new RetrySettings(
                attemptsMax,
                refusalsMax,
                Duration.ofMillis(1),
                SECOND,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                fallbacks);
    }

    /** A runner without aliases. */
    public static GenerationRunner runner(
            Claude claude, GenerationSettings settings, Clock clock, ModelPrice... prices) {
        return new GenerationRunner(claude, settings, clock, turns(clock, prices), _ -> Optional.empty());
    }

    /** Makes turns, and measures nothing. */
    static TurnFactory turns(Clock clock, ModelPrice... prices) {
        return new TurnFactory(new Prices(List.of(prices)), clock, (_, _, _) -> {});
    }

    /** The log of a generation, with records of now. */
    public static GenerationLog log(Delta... deltas) {
        return log(List.of(deltas), Instant.now());
    }

    /** The log of a generation, with records of one time. */
    public static GenerationLog log(List<? extends Delta> deltas, Instant at) {
        GenerationLog log = new GenerationLog(1_000_000, new RecoveryMemory(Long.MAX_VALUE));
        deltas.forEach(delta -> log.add(delta, at));
        return log;
    }
}
