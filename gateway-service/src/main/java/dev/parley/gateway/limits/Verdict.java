package dev.parley.gateway.limits;

import java.math.BigDecimal;
import java.time.Duration;

/** What a ledger says of a demand. */
public sealed interface Verdict {
    RateLimits limits();

    /** Within all limits; what it may need is taken. */
    record Granted(RateLimits limits) implements Verdict {}

    /**
     * Beyond one of them; nothing is taken.
     *
     * @param retryAfter when it may be otherwise
     * @param left US dollars that are neither spent nor reserved, where money is what is missing; else zero
     */
    record Refused(RateLimits limits, Limit limit, Duration retryAfter, BigDecimal left) implements Verdict {}
}
