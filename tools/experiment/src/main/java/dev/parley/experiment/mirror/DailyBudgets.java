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
    private record Day(KeyId key, LocalDate date) {}

    /** Of today. Guarded by this. */
    private final Map<Day, Budget> budgets = new HashMap<>();

    /**
     * Budgets of which a part is spent.
     *
     * @param spent by key, on the day of {@code now}
     */
    public DailyBudgets(Map<KeyId, BigDecimal> spent, Instant now) {
        spent.forEach((key, usd) -> budgets.put(new Day(key, date(now)), new Budget(Optional.empty(), usd)));
    }

    private static LocalDate date(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    /**
     * Reserves the highest possible cost of a trial.
     *
     * @return the budget that holds the reservation; empty if the limit does not permit it
     */
    synchronized Optional<Budget> reserve(KeyId key, Instant now, BigDecimal limit, BigDecimal atMost) {
        LocalDate today = date(now);
        budgets.keySet().removeIf(day -> day.date().isBefore(today));
        Budget budget =
                budgets.computeIfAbsent(new Day(key, today), _ -> new Budget(Optional.empty(), BigDecimal.ZERO));
        return budget.reserve(Optional.of(atMost), Optional.of(limit)) ? Optional.of(budget) : Optional.empty();
    }

    /** What a key may still spend today, in US dollars, before what its running trials may cost. */
    synchronized BigDecimal left(KeyId key, Instant now, BigDecimal limit) {
        Budget budget = budgets.get(new Day(key, date(now)));
        return budget == null ? limit : limit.subtract(budget.spent()).max(BigDecimal.ZERO);
    }

    /** What all keys have spent today, in US dollars. */
    synchronized BigDecimal spent(Instant now) {
        LocalDate today = date(now);
        return budgets.entrySet().stream()
                .filter(entry -> entry.getKey().date().equals(today))
                .map(entry -> entry.getValue().spent())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
