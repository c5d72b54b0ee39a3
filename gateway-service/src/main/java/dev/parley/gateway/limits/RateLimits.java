package dev.parley.gateway.limits;

import dev.parley.contracts.key.KeyLimits;
import java.time.Instant;
import java.util.Optional;

/** What is left of a key's limits by the minute; empty for what is not limited. */
public record RateLimits(
        Optional<Allowance> requests, Optional<Allowance> inputTokens, Optional<Allowance> outputTokens) {
    /** Of a key without limits. */
    public static final RateLimits NONE = new RateLimits(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * One of them. It fills up steadily.
     *
     * @param fullAt when all of it is back if nothing more is taken
     */
    public record Allowance(long limit, long remaining, Instant fullAt) {
        /** An allowance of which this much is left; what is owed is shown as nothing. */
        static Allowance of(long perMinute, double level, Instant now) {
            long left = Math.max(0, Math.min(perMinute, (long) Math.floor(level)));
            long millis = Math.round(Math.max(0, perMinute - level) * 60_000 / perMinute);
            return new Allowance(perMinute, left, now.plusMillis(millis));
        }
    }

    /** From the levels of those that are limited. */
    public static RateLimits of(KeyLimits limits, double requests, double input, double output, Instant now) {
        return new RateLimits(
                limits.requestsPerMinute().map(limit -> Allowance.of(limit, requests, now)),
                limits.inputTokensPerMinute().map(limit -> Allowance.of(limit, input, now)),
                limits.outputTokensPerMinute().map(limit -> Allowance.of(limit, output, now)));
    }
}
