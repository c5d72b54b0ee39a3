package dev.parley.experiment.trial;

import java.math.BigDecimal;
import java.util.Optional;

/** What an experiment has spent and may spend. Reserves the highest possible cost of each running trial. Thread-safe. */
public final class Budget {
    private final Optional<BigDecimal> limit;

    /** Guarded by this. */
    private BigDecimal spent = BigDecimal.ZERO;

    /** Guarded by this. */
    private BigDecimal reserved = BigDecimal.ZERO;

    /**
     * A budget.
     *
     * @param limit in US dollars; empty for none
     * @param spentBefore by earlier runs of the experiment
     */
    public Budget(Optional<BigDecimal> limit, BigDecimal spentBefore) {
        this.limit = limit;
        this.spent = spentBefore;
    }

    /** Reserves the highest possible cost of a trial; false if the budget does not permit it. */
    public boolean reserve(Optional<BigDecimal> atMost) {
        return reserve(atMost, limit);
    }

    /** The same with another limit, for budgets whose limit may change. */
    public synchronized boolean reserve(Optional<BigDecimal> atMost, Optional<BigDecimal> usd) {
        BigDecimal cost = atMost.orElse(BigDecimal.ZERO);
        boolean permitted = usd.map(most -> spent.add(reserved).add(cost).compareTo(most) <= 0)
                .orElse(true);
        if (permitted) {
            reserved = reserved.add(cost);
        }
        return permitted;
    }

    /** Replaces a reservation by the cost, or keeps it if the cost is unknown. */
    public synchronized void settle(Optional<BigDecimal> atMost, Optional<BigDecimal> cost) {
        BigDecimal reservation = atMost.orElse(BigDecimal.ZERO);
        reserved = reserved.subtract(reservation);
        spent = spent.add(cost.orElse(reservation));
    }

    /** In US dollars. */
    public synchronized BigDecimal spent() {
        return spent;
    }
}
