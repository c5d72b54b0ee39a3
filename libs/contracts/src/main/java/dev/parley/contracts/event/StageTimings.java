package dev.parley.contracts.event;

import java.time.Duration;

/**
 * Where the time of a generation went, in milliseconds.
 *
 * @param sessionMs in the gateway, from the request's headers to the hand-over to Kafka
 * @param cacheMs from there until cache-service had decided
 * @param queueMs from there until inference-service called Claude
 * @param claudeFirstTokenMs from the call to the first piece of the answer
 * @param claudeMs from the call to the last piece
 * @param totalMs from the request's headers to the end of the answer
 */
public record StageTimings(
        double sessionMs, double cacheMs, double queueMs, double claudeFirstTokenMs, double claudeMs, double totalMs) {
    /** A duration in milliseconds, to the microsecond. */
    public static double millis(Duration duration) {
        return Math.floor(duration.toNanos() / 1e3) / 1e3;
    }
}
