package dev.parley.pulse.turns;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Ended turns. */
public final class SampleTurns {
    private static final TenantId TENANT = new TenantId("acme");

    private SampleTurns() {}

    /** An answer by Claude that took this time and cost $0.01. */
    public static EndedTurn uncached(Instant at, double claudeMs) {
        return turn(at, CacheVerdict.MISS, claudeMs, List.of(call("completed", 200)), Optional.empty());
    }

    /** An answer of a model without a known price. */
    static EndedTurn unpriced(Instant at) {
        return turn(at, CacheVerdict.MISS, 1, List.of(call("completed", 200)), Optional.empty(), Optional.empty());
    }

    static EndedTurn cached(Instant at) {
        return turn(at, CacheVerdict.EXACT, 0, List.of(), Optional.empty());
    }

    static EndedTurn failed(Instant at, String... outcomes) {
        List<Attempt> calls = List.of(outcomes).stream()
                .map(outcome -> call(outcome, outcome.equals("refused") ? 529 : 200))
                .toList();
        return turn(at, CacheVerdict.BYPASS, 10, calls, Optional.of(new EndedTurn.Reason(529, "overloaded_error")));
    }

    private static EndedTurn turn(
            Instant at, CacheVerdict cache, double claudeMs, List<Attempt> calls, Optional<EndedTurn.Reason> error) {
        BigDecimal cost = calls.isEmpty() ? BigDecimal.ZERO : new BigDecimal("0.01");
        return turn(at, cache, claudeMs, calls, error, Optional.of(cost));
    }

    private static EndedTurn turn(
            Instant at,
            CacheVerdict cache,
            double claudeMs,
            List<Attempt> calls,
            Optional<EndedTurn.Reason> error,
            Optional<BigDecimal> costUsd) {
        return new EndedTurn(
                GenerationId.unsigned(Clock.systemUTC(), 0),
                TENANT,
                "claude-opus-5-5",
                cache,
                Usage.NONE,
                costUsd,
                calls,
                new StageTimings(
                        1,
                        2,
                        ofCall(claudeMs, 3),
                        ofCall(claudeMs, claudeMs / 2),
                        ofCall(claudeMs, claudeMs),
                        6 + claudeMs),
                at,
                error);
    }

    private static OptionalDouble ofCall(double claudeMs, double millis) {
        return claudeMs > 0 ? OptionalDouble.of(millis) : OptionalDouble.empty();
    }

    private static Attempt call(String outcome, int status) {
        return new Attempt(
                1, "claude-opus-5-5", Instant.EPOCH, 5, outcome, status, "", Usage.NONE, Optional.of(BigDecimal.ZERO));
    }
}
