package dev.parley.gateway.limits;

import dev.parley.contracts.key.KeyLimits;
import java.time.Instant;
import java.util.Optional;

/** The remaining limits per minute of a key; empty where there is no limit. */
public record RateLimits(
        Optional<Allowance> requests, Optional<Allowance> inputTokens, Optional<Allowance> outputTokens) {
    public static final RateLimits NONE = new RateLimits(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * One limit, which refills continuously.
     *
     * @param fullAt time at which the limit is completely refilled without further requests
     */
    public record Allowance(long limit, long remaining, Instant fullAt) {
        /** The allowance at a level; a negative level appears as 0. */
        static Allowance of(long perMinute, double level, Instant now) {
            long left = Math.max(0, Math.min(perMinute, (long) Math.floor(level)));
            long millis = Math.round(Math.max(0, perMinute - level) * 60_000 / perMinute);
            return new Allowance(perMinute, left, now.plusMillis(millis));
        }
    }

    /** The allowances at the given levels; the level of an absent limit is ignored. */
    public static RateLimits of(KeyLimits limits, double requests, double input, double output, Instant now) {
        return new RateLimits(
                limits.requestsPerMinute().map(limit -> Allowance.of(limit, requests, now)),
                limits.inputTokensPerMinute().map(limit -> Allowance.of(limit, input, now)),
                limits.outputTokensPerMinute().map(limit -> Allowance.of(limit, output, now)));
    }
}
