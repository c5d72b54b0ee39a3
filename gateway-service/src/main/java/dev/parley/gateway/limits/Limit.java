package dev.parley.gateway.limits;

/** A limit that a request can exceed. */
public enum Limit {
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
