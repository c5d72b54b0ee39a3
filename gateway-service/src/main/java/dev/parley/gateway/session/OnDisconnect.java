package dev.parley.gateway.session;

import dev.parley.contracts.TextEnum;

/** The policy for a generation whose first reader disconnects before the end, unless another one has resumed it. */
public enum OnDisconnect implements TextEnum {
    /** The generation continues without a reader. */
    CONTINUE,
    /** The generation is cancelled immediately. */
    CANCEL,
    /** The generation is cancelled after a grace period without a reader. */
    GRACE
}
