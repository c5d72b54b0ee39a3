package dev.parley.eventlog.published;

import dev.parley.contracts.published.AnswerPublished;

/**
 * A published answer with its events.
 *
 * @param gzippedFrames the server-sent events with their ids, gzipped; not to be modified
 */
public record PublishedAnswer(
        AnswerPublished event,
        @SuppressWarnings("ArrayRecordComponent") byte[] gzippedFrames) {
    /** The bytes of text that it holds. */
    public long bytes() {
        return (long) gzippedFrames.length
                + event.request().length()
                + event.message().length()
                + event.text().length();
    }
}
