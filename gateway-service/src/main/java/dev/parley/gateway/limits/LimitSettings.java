package dev.parley.gateway.limits;

import dev.parley.contracts.Bounds;
import java.time.Duration;

/**
 * Settings of the ledgers and of the circuit breaker around the shared one.
 *
 * @param timeLimit time that a request waits for the shared ledger; after it the local ledger decides
 * @param budgetTimeLimit the same for a key with a budget; longer, because the local ledger reserves nothing in Redis
 * @param asksMax concurrent calls of the shared ledger, abandoned ones included; beyond it the local ledger decides
 * @param localBudgetPercent share of a budget that the local ledger of one gateway may spend, 0 to 100 percent
 * @param lease time that a stream counts as open after its last renewal, at least 1 s; renewed four times in it
 * @param reservationLife time after which the reservation of a request without a turn expires
 * @param breakerCalls size of the circuit breaker's sliding window, in calls
 * @param breakerCallsMin calls below which the circuit breaker stays closed
 * @param failuresPercentMax failure rate that opens the circuit breaker, in percent
 * @param pause time that the circuit breaker stays open
 * @param probes calls permitted while the circuit breaker is half-open
 */
public record LimitSettings(
        Duration timeLimit,
        Duration budgetTimeLimit,
        int asksMax,
        int localBudgetPercent,
        Duration lease,
        Duration reservationLife,
        int breakerCalls,
        int breakerCallsMin,
        int failuresPercentMax,
        Duration pause,
        int probes) {
    public LimitSettings {
        Bounds.positive("time-limit", timeLimit);
        Bounds.positive("budget-time-limit", budgetTimeLimit);
        Bounds.atLeast("asks-max", asksMax, 1);
        Bounds.between("local-budget-percent", localBudgetPercent, 0, 100);
        Bounds.atLeast("lease", lease, Duration.ofSeconds(1));
        Bounds.positive("reservation-life", reservationLife);
        Bounds.atLeast("breaker-calls", breakerCalls, 1);
        Bounds.atLeast("breaker-calls-min", breakerCallsMin, 1);
        Bounds.between("failures-percent-max", failuresPercentMax, 1, 100);
        Bounds.positive("pause", pause);
        Bounds.atLeast("probes", probes, 1);
    }
}
