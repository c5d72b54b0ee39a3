package dev.parley.gateway.limits;

import dev.parley.answercache.lookup.BreakerSettings;
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
 * @param breaker of the calls of the shared ledger
 */
public record LimitSettings(
        Duration timeLimit,
        Duration budgetTimeLimit,
        int asksMax,
        int localBudgetPercent,
        Duration lease,
        Duration reservationLife,
        BreakerSettings breaker) {
    public LimitSettings {
        Bounds.positive("time-limit", timeLimit);
        Bounds.positive("budget-time-limit", budgetTimeLimit);
        Bounds.atLeast("asks-max", asksMax, 1);
        Bounds.between("local-budget-percent", localBudgetPercent, 0, 100);
        Bounds.atLeast("lease", lease, Duration.ofSeconds(1));
        Bounds.positive("reservation-life", reservationLife);
    }
}
