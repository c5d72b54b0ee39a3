package dev.parley.experiment.mirror;

import dev.parley.contracts.id.KeyId;
import dev.parley.experiment.trial.Budget;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the mirrors of keys have spent today, by UTC. A trial counts on the day of its start. Thread-safe. */
public final class DailyBudgets {
    /** Guarded by this, as the next one. */
    private LocalDate day;

    /** Of that day. */
    private final Map<KeyId, Budget> budgets = new HashMap<>();

    /**
     * Budgets of which a part is spent.
     *
     * @param spent by key, on the day of {@code now}
     */
    public DailyBudgets(Map<KeyId, BigDecimal> spent, Instant now) {
        this.day = LocalDate.ofInstant(now, ZoneOffset.UTC);
        spent.forEach((key, usd) -> budgets.put(key, new Budget(usd)));
    }

    private Map<KeyId, Budget> today(Instant now) {
        LocalDate date = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (date.isAfter(day)) {
            day = date;
            budgets.clear();
        }
        return budgets;
    }

    /**
     * Reserves the highest possible cost of a trial.
     *
     * @return the budget that holds the reservation; empty if the limit does not permit it
     */
    synchronized Optional<Budget> reserve(KeyId key, Instant now, BigDecimal limit, BigDecimal atMost) {
        Budget budget = today(now).computeIfAbsent(key, _ -> new Budget(BigDecimal.ZERO));
        return budget.reserve(Optional.of(atMost), Optional.of(limit)) ? Optional.of(budget) : Optional.empty();
    }

    /** What a key may still spend today, in US dollars, before what its running trials may cost. */
    synchronized BigDecimal left(KeyId key, Instant now, BigDecimal limit) {
        Budget budget = today(now).get(key);
        return budget == null ? limit : limit.subtract(budget.spent()).max(BigDecimal.ZERO);
    }

    /** What all keys have spent today, in US dollars. */
    synchronized BigDecimal spent(Instant now) {
        return today(now).values().stream().map(Budget::spent).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
