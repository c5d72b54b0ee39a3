package dev.parley.gateway.session;

import dev.parley.contracts.TextEnum;

/** The policy for a generation whose reader disconnects before the end. */
public enum OnDisconnect implements TextEnum {
    /** The generation continues without a reader. */
    CONTINUE,
    /** The generation is cancelled immediately. */
    CANCEL,
    /** The generation is cancelled after a grace period without a reader. */
    GRACE
}
