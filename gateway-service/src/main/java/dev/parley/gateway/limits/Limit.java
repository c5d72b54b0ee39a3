package dev.parley.gateway.limits;

/** What a key can run out of. */
public enum Limit {
    REQUESTS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    OPEN_STREAMS,
    /** The money of the day. */
    DAY,
    /** The money of the month. */
    MONTH,
    /** Money that running requests have reserved, of which some may come back. */
    RESERVED
}
