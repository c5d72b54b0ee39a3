package dev.parley.gateway.web.connection;

import dev.parley.contracts.Bounds;
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
        Bounds.atLeast("open-max", openMax, 1);
        Bounds.positive("header-timeout", headerTimeout);
        Bounds.positive("body-grace", bodyGrace);
        Bounds.atLeast("body-per-second-min", bodyPerSecondMin.toBytes(), 1);
    }

    /** The time after which a body has to have more than this number of bytes; at most that of a whole body. */
    public Duration allowed(long bytes, Duration timeout) {
        Duration byRate = bodyGrace.plusMillis(bytes * 1000 / bodyPerSecondMin.toBytes());
        return byRate.compareTo(timeout) < 0 ? byRate : timeout;
    }
}
