package dev.parley.inference.generation;

/** The progress of a delivered answer, as far as it decides how the answer can be continued. */
enum AnswerProgress {
    /** No content, or white space only: it can start again. */
    NOTHING,
    /** Text only: Claude can continue it. */
    TEXT,
    /** A tool call, thinking, an unknown block, or a text with a format: a second call cannot continue it. */
    MORE_THAN_TEXT,
    /** Complete except for {@code message_stop}: the stop reason is known. */
    END_MISSING,
    COMPLETE
}
