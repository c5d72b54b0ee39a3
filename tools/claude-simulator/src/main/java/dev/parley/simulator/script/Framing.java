package dev.parley.simulator.script;

/** How text becomes bytes on the wire. */
public enum Framing {
    PLAIN,
    /** With CRLF for every line end, which the rules of server-sent events allow. */
    CRLF,
    /** Every byte in an HTTP chunk or DATA frame of its own. */
    BYTEWISE
}
