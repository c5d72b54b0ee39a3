package dev.parley.inference.generation;

/** How far an answer has come for its reader, as far as going on with it is concerned. */
enum Progress {
    /** No content, or white space only: it can begin anew. */
    NOTHING,
    /** Text only: Claude can be asked to go on from it. */
    TEXT,
    /** A tool call, a thought or something unknown: no second call can go on with that. */
    MORE_THAN_TEXT,
    /** All but {@code message_stop}: Claude has said why it stopped. */
    LACKS_ITS_END,
    WHOLE
}
