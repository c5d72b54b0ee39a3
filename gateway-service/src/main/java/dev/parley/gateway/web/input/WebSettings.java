package dev.parley.gateway.web.input;

import dev.parley.contracts.Bounds;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of HTTP requests.
 *
 * @param requestBodyMax the largest request body; beyond it clients get 413
 * @param bodyTimeout of a request body; after it clients get 408
 * @param bodiesMax bodies that arrive at a time; beyond it clients get 529
 * @param bodiesBytesMax of all bodies together until they are published; beyond it clients get 529. Each takes about five times
 *     its size meanwhile
 * @param eventMax the largest event of an answer that is assembled for a client without streaming, or translated to chunks of a
 *     chat completion
 */
public record WebSettings(
        DataSize requestBodyMax, Duration bodyTimeout, int bodiesMax, DataSize bodiesBytesMax, DataSize eventMax) {
    public WebSettings {
        Bounds.atLeast("request-body-max", requestBodyMax.toBytes(), 1);
        Bounds.positive("body-timeout", bodyTimeout);
        Bounds.atLeast("bodies-max", bodiesMax, 1);
        Bounds.atLeast("bodies-bytes-max", bodiesBytesMax.toBytes(), 1);
        Bounds.atLeast("event-max", eventMax.toBytes(), 1);
    }

    private static final int OPERATORS_BODIES_MAX = 32;
    private static final DataSize OPERATORS_BYTES_MAX = DataSize.ofMegabytes(2);

    /** The bounds of the operators' requests, separate from those of clients: 32 bodies, 2 MB together. */
    public WebSettings forOperators() {
        return new WebSettings(requestBodyMax, bodyTimeout, OPERATORS_BODIES_MAX, OPERATORS_BYTES_MAX, eventMax);
    }
}
