package dev.parley.router;

import java.util.Locale;

/** How far a router may decide. */
public enum RoutingMode {
    /** The stronger model answers. */
    OFF,
    /** The stronger model answers, and what the router would have chosen is recorded. */
    SHADOW,
    /** The chosen model answers. */
    ON;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
