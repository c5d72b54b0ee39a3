package dev.parley.contracts.event;

import java.time.Duration;

/**
 * The durations of the stages of a generation, in milliseconds.
 *
 * @param sessionMs at the gateway, from the request's headers to the publication of the event
 * @param cacheMs from then to the decision of the cache lookup
 * @param queueMs from then to the call to Claude
 * @param claudeFirstTokenMs from the call to the first token
 * @param claudeMs from the call to the last token
 * @param totalMs from the request's headers to the end of the answer
 */
public record StageTimings(
        double sessionMs, double cacheMs, double queueMs, double claudeFirstTokenMs, double claudeMs, double totalMs) {
    /** A duration in milliseconds, rounded down to the microsecond. */
    public static double millis(Duration duration) {
        return Math.floor(duration.toNanos() / 1e3) / 1e3;
    }
}
