package dev.parley.eventlog.published;

import dev.parley.contracts.published.AnswerPublished;

/** A published answer with its server-sent events, which have ids and are gzipped; not to be modified. */
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
