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
    /** What an answer takes in memory beside its texts, measured with 20,000 short ones: objects, ids, and the entries of three maps. */
    private static final long FIXED_BYTES = 1_700;

    /** The bytes that it takes in memory, about. */
    public long bytes() {
        return FIXED_BYTES
                + gzippedFrames.length
                + event.request().length()
                + event.message().length()
                + event.text().length();
    }
}
