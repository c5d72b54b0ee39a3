package dev.parley.contracts.event;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The durations of the stages of a generation, in milliseconds. A stage that was not reached is null in JSON, and 0 in
 * events of version 1.
 *
 * @param sessionMs at the gateway, from the request's headers to the publication of the event
 * @param cacheMs from then to the decision of the cache lookup
 * @param queueMs from then to the call to Claude; empty without a call
 * @param claudeFirstTokenMs from the call to the first token, of a shared answer from when it joined the stream of another; empty
 *     without a token from Claude
 * @param claudeMs from the call to the last token; empty without a call
 * @param totalMs from the request's headers to the end of the answer
 */
public record StageTimings(
        double sessionMs,
        double cacheMs,
        OptionalDouble queueMs,
        OptionalDouble claudeFirstTokenMs,
        OptionalDouble claudeMs,
        double totalMs) {
    /** A duration in milliseconds, rounded down to the microsecond. */
    public static double millis(Duration duration) {
        return Math.floor(duration.toNanos() / 1e3) / 1e3;
    }
}
