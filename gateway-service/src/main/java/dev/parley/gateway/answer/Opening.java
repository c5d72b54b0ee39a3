package dev.parley.gateway.answer;

import dev.parley.contracts.event.CacheVerdict;

/** How an answer begins; decides the response's status. */
public sealed interface Opening {
    record Begun(CacheVerdict cache) implements Opening {}

    /**
     * It ended before it began.
     *
     * @param retryAfter for the header of that name, empty for none
     * @param body a Messages API error body in UTF-8
     */
    record Refused(
            int status,
            String retryAfter,
            @SuppressWarnings("ArrayRecordComponent") byte[] body) implements Opening {}
}
