package dev.parley.gateway.answer;

import dev.parley.contracts.event.CacheVerdict;

/** How an answer begins; determines the response status. */
public sealed interface Opening {
    /** The first events have arrived: status 200. */
    record Begun(CacheVerdict cache) implements Opening {}

    /**
     * The answer failed before its first event.
     *
     * @param retryAfter value of the {@code retry-after} header, empty for none
     * @param body a Messages API error body in UTF-8
     */
    record Refused(
            int status,
            String retryAfter,
            @SuppressWarnings("ArrayRecordComponent") byte[] body) implements Opening {}
}
