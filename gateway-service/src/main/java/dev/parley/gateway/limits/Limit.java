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
    RESERVED
}
