package dev.parley.gateway.web;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of connections and of the duration of requests.
 *
 * @param openMax open connections, at least 1; further ones are closed at once
 * @param headerTimeout from the first byte of a request to the end of its header; after it clients get 408
 * @param bodyGrace by which a body may lag behind the rate below; after it clients get 408
 * @param bodyPerSecondMin the least average rate of a body
 */
public record ConnectionSettings(int openMax, Duration headerTimeout, Duration bodyGrace, DataSize bodyPerSecondMin) {
    public ConnectionSettings {
        if (openMax < 1) {
            throw new IllegalArgumentException("open-max is at least 1, not " + openMax);
        }
        if (!headerTimeout.isPositive() || !bodyGrace.isPositive()) {
            throw new IllegalArgumentException("header-timeout and body-grace are longer than nothing");
        }
        if (bodyPerSecondMin.toBytes() < 1) {
            throw new IllegalArgumentException("body-per-second-min is at least 1B, not " + bodyPerSecondMin);
        }
    }

    /** The time after which a body has to have more than this number of bytes; at most that of a whole body. */
    Duration allowed(long bytes, Duration timeout) {
        Duration byRate = bodyGrace.plusMillis(bytes * 1000 / bodyPerSecondMin.toBytes());
        return byRate.compareTo(timeout) < 0 ? byRate : timeout;
    }
}
