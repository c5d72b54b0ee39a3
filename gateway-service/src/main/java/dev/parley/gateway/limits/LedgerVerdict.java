package dev.parley.gateway.limits;

import java.math.BigDecimal;
import java.time.Duration;

/** The verdict of a ledger about a demand. */
public sealed interface LedgerVerdict {
    RateLimits limits();

    /** Within all limits; the demand is reserved. */
    record Granted(RateLimits limits) implements LedgerVerdict {}

    /**
     * A limit is exceeded; nothing is reserved.
     *
     * @param retryAfter time after which a retry may succeed
     * @param left US dollars neither spent nor reserved as far as the ledger knows, if a budget is exceeded; otherwise zero
     */
    record Refused(RateLimits limits, Limit limit, Duration retryAfter, BigDecimal left) implements LedgerVerdict {}
}
