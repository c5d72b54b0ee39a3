package dev.parley.gateway.session;

import java.util.Locale;

/** The policy for a generation whose reader disconnects before the end. */
public enum OnDisconnect {
    /** The generation continues without a reader. */
    CONTINUE,
    /** The generation is cancelled immediately. */
    CANCEL,
    /** The generation is cancelled after a grace period without a reader. */
    GRACE;

    /** The policy of this name, as in events and requests: {@code grace}. */
    static OnDisconnect named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** {@code grace}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
