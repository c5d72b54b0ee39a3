package dev.parley.gateway.limits;

import dev.parley.contracts.TextEnum;

/** A limit that a request can exceed. */
public enum Limit implements TextEnum {
    REQUESTS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    OPEN_STREAMS,
    /** The daily budget. */
    DAY,
    /** The monthly budget. */
    MONTH,
    /** A budget whose remainder is reserved by running requests, which may release a part of it. */
    RESERVED,
    /** The share of a budget that a gateway may spend while it decides alone. The shared ledger may have more left. */
    LOCAL_SHARE
}
