package dev.parley.inference.generation;

/** The progress of a delivered answer, as far as it decides how the answer can be continued. */
enum AnswerProgress {
    /** Nothing but white space and thinking that is finished, or of which only the start is there: it can start again. */
    NOTHING,
    /** Text only: Claude can continue it. */
    TEXT,
    /** Text, and finished thinking: Claude can continue it, but takes no prefill while it thinks. */
    TEXT_AND_THINKING,
    /** A tool call, other unfinished thinking, an unknown block, or a text with a format: a second call cannot continue it. */
    MORE_THAN_TEXT,
    /** Complete except for {@code message_stop}: the stop reason is known. */
    END_MISSING,
    COMPLETE
}
