package dev.parley.gateway.web;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How HTTP is spoken.
 *
 * @param requestBodyMax the largest request body; beyond it clients get 413
 * @param bodyTimeout how long a request body may take to come in; after it clients get 408
 * @param bodiesMax how many bodies may come in at once; beyond it clients get 529
 * @param bodiesBytesMax how large the bodies may be together that are coming in or being put on the log; beyond it clients
 *     get 529. Each takes about five times its size meanwhile
 * @param eventMax the largest event of an answer that is put together for a client without streaming
 */
public record WebSettings(
        DataSize requestBodyMax, Duration bodyTimeout, int bodiesMax, DataSize bodiesBytesMax, DataSize eventMax) {
    private static final int OPERATORS_BODIES_MAX = 32;
    private static final DataSize OPERATORS_BYTES_MAX = DataSize.ofMegabytes(2);

    /** The places of operators, apart from those of clients: 32 bodies, 2 MB together. */
    public WebSettings forOperators() {
        return new WebSettings(requestBodyMax, bodyTimeout, OPERATORS_BODIES_MAX, OPERATORS_BYTES_MAX, eventMax);
    }
}
