package dev.parley.gateway.web.published;

import dev.parley.contracts.event.Turn;

/**
 * An answer that has ended, from the log.
 *
 * @param events the server-sent events with their ids, as a reader of the generation gets them
 */
record PublishableAnswer(
        Turn turn, @SuppressWarnings("ArrayRecordComponent") byte[] events) {}
