package dev.parley.gateway.session;

/** What becomes of an answer when its reader goes before the end. */
public enum OnDisconnect {
    /** It goes on, read or not. */
    CONTINUE,
    /** It is cancelled at once. */
    CANCEL,
    /** It is cancelled when nobody has read it for a while. */
    GRACE
}
