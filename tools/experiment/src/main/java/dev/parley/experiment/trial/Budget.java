package dev.parley.experiment.trial;

import java.math.BigDecimal;
import java.util.Optional;

/** What trials have cost and may still cost. Reserves the highest possible cost of each that runs. Thread-safe. */
public final class Budget {
    /** Guarded by this. */
    private BigDecimal spent;

    /** Guarded by this. */
    private BigDecimal reserved = BigDecimal.ZERO;

    /** A budget of which a part is spent, in US dollars. */
    public Budget(BigDecimal spentBefore) {
        this.spent = spentBefore;
    }

    /** Reserves the highest possible cost of a trial; false if a limit does not permit it. */
    public synchronized boolean reserve(Optional<BigDecimal> atMost, Optional<BigDecimal> limit) {
        BigDecimal cost = atMost.orElse(BigDecimal.ZERO);
        boolean permitted = limit.map(most -> spent.add(reserved).add(cost).compareTo(most) <= 0)
                .orElse(true);
        if (permitted) {
            reserved = reserved.add(cost);
        }
        return permitted;
    }

    /** Replaces a reservation by what is charged for the trial. */
    public synchronized void settle(Optional<BigDecimal> atMost, BigDecimal charged) {
        reserved = reserved.subtract(atMost.orElse(BigDecimal.ZERO));
        spent = spent.add(charged);
    }

    /** In US dollars. */
    public synchronized BigDecimal spent() {
        return spent;
    }
}
