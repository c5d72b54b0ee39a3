package dev.parley.simulator.script;

/** How a response ends. */
public enum Ending {
    /** As HTTP wants it. */
    CLEAN,
    /** HTTP/2: the stream is reset, the connection lives. HTTP/1.1: the connection is reset. */
    RESET_STREAM,
    /** The connection is reset, with every stream on it. */
    RESET_CONNECTION,
    /** The connection is closed in the middle of the response, with every stream on it. */
    CLOSE,
    /** Not at all, until the client goes away; after ten minutes the connection is closed. */
    SILENCE
}
