package dev.parley.gateway.limits;

import java.time.Duration;

/**
 * How limits are kept.
 *
 * @param timeLimit how long a request waits for the ledger that all gateways share; then this gateway decides alone
 * @param budgetTimeLimit the same for a key with a budget, since money that this gateway lets go alone is not reserved
 * @param asksMax how many may ask it at once, those given up included; beyond it this gateway decides alone
 * @param localBudgetPercent how much of a key's money one gateway lets go while it decides alone
 * @param lease how long an answer counts as open after its gateway has died
 * @param reservationLife how long money stays reserved for a request whose turn never comes
 * @param breakerCalls the latest calls that are looked at
 * @param breakerCallsMin below so many nothing is concluded
 * @param failuresPercentMax beyond it the ledger is left alone
 * @param pause for how long
 * @param probes calls that are let through afterwards to see
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
        int probes) {}
