package dev.parley.simulator.ledger;

import java.util.Locale;

/** How a request went. */
public enum Outcome {
    OPEN,
    /** The response ended as HTTP wants it, whatever was in it. */
    COMPLETED,
    /** The simulator reset or closed it, as a fault said. */
    BROKEN,
    /** The client went away before the end. */
    CANCELLED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
