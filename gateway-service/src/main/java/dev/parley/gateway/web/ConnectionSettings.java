package dev.parley.gateway.web;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How many connections there may be, and how slow their requests.
 *
 * @param openMax connections at once, at least 1; further ones are closed at once
 * @param headerTimeout how long the header of a request may take from its first byte on; after it clients get 408
 * @param bodyGrace how far a body may be behind the rate below; after it clients get 408
 * @param bodyPerSecondMin how much of a body has to come in a second, on average since its beginning
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

    /**
     * How long after its beginning a body may have brought no more than this.
     *
     * @param timeout for all of the body
     */
    Duration allowed(long bytes, Duration timeout) {
        Duration byRate = bodyGrace.plusMillis(bytes * 1000 / bodyPerSecondMin.toBytes());
        return byRate.compareTo(timeout) < 0 ? byRate : timeout;
    }
}
