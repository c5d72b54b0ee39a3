package dev.parley.eventlog.published;

import dev.parley.contracts.published.AnswerPublished;

/**
 * A published answer.
 *
 * @param gzippedFrames its server-sent events, which have ids; not to be modified
 * @param replaces whether its question had an answer before it on the topic; not if that was withdrawn
 */
public record PublishedAnswer(
        AnswerPublished event,
        @SuppressWarnings("ArrayRecordComponent") byte[] gzippedFrames,
        boolean replaces) {
    /** The bytes of text that it holds. */
    public long bytes() {
        return (long) gzippedFrames.length
                + event.request().length()
                + event.message().length()
                + event.text().length();
    }
}
