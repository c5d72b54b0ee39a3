package dev.parley.gateway.request;

import dev.parley.contracts.json.HeapEstimate;

/** Reads the bodies of requests, in the API that they are written for. */
@FunctionalInterface
public interface BodyParser {
    ClientRequest read(byte[] body);

    /** About what that takes on the heap, in bytes. */
    default long heapBytes(byte[] body) {
        return HeapEstimate.of(body);
    }
}
