package dev.parley.gateway.request;

import dev.parley.contracts.json.HeapEstimate;

/** Parser of request bodies of one API. */
@FunctionalInterface
public interface BodyParser {
    ClientRequest parse(byte[] body);

    /** Estimated heap in bytes that {@link #parse} needs. */
    default long heapBytes(byte[] body) {
        return HeapEstimate.of(body);
    }
}
