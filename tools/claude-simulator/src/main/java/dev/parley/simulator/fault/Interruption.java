package dev.parley.simulator.fault;

import java.util.Locale;

/** Something that happens to a response on its way. */
public enum Interruption implements Fault {
    /** A reset: at once, or after some tokens if the directive says so. Under HTTP/2 of the stream only. */
    RESET,
    /** The same, of the whole connection. */
    RESET_CONNECTION,
    /** The connection is closed after some tokens, before the body's end. */
    CLOSE,
    /** Nothing at all is sent. */
    NO_ANSWER,
    /** Everything comes 30 s late, the head included. */
    SLOW,
    /** The body ends cleanly after some tokens. */
    CUT,
    /** After some tokens nothing more comes. */
    STALL,
    /** After some tokens one frame is not JSON; then it goes on. */
    MALFORMED,
    /** Every byte comes by itself. */
    SPLIT,
    /** Lines end in CRLF. */
    CRLF,
    /** All is there but the last event. */
    NO_MESSAGE_STOP,
    /** An {@code error} event after some tokens, then the end. */
    ERROR,
    /** Events, deltas and blocks of kinds that nobody knows yet. */
    UNKNOWN,
    /** A proxy's 502 in HTML instead of an answer. */
    BAD_GATEWAY;

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
