package dev.parley.gateway.web;

import dev.parley.contracts.TextEnum;

/** How a response with an answer ended; the tag {@code outcome} of its metric and the outcome of {@code AnswerDelivered}. */
enum DeliveryOutcome implements TextEnum {
    /** The connection has taken all of the answer. */
    COMPLETED,
    /** An error came instead of an answer. */
    REFUSED,
    /** An error ended the answer. */
    FAILED,
    /** The gateway disconnected the reader. */
    CUT,
    /** The reader disconnected. */
    LEFT
}
