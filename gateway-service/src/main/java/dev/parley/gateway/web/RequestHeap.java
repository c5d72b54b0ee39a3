package dev.parley.gateway.web;

import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.messages.ApiError;

/**
 * Bounds the heap that requests take until they are published, and stored conversations until they are sent. The use of a request is
 * estimated before it is parsed. Keys share the bound.
 */
public final class RequestHeap {
    private final RequestPlaces bytes;
    private final long requestBytesMax;

    /**
     * Makes an unused heap.
     *
     * @param bytesMax for all requests together; one request may take half of it
     */
    RequestHeap(long bytesMax) {
        this.bytes = new RequestPlaces(bytesMax, "Too many large requests are being read.");
        this.requestBytesMax = bytesMax / 2;
    }

    /** A share of the heap of this process. */
    public static RequestHeap ofProcess(RequestSettings settings) {
        return new RequestHeap(Runtime.getRuntime().maxMemory() / 100 * settings.heapPercentMax());
    }

    /** The use by all requests, in bytes. */
    public long taken() {
        return bytes.taken();
    }

    /** The use of one request, nothing so far. Has to be closed. */
    public Reservation reservation(String key) {
        return bytes.reservation(key);
    }

    /** Adds to a reservation of this heap, or throws an {@link ApiErrorException}. */
    public void more(Reservation reservation, long bytes) {
        this.bytes.more(reservation, bytes);
    }

    /**
     * Parses a body if its estimate fits, or throws an {@link ApiErrorException}.
     *
     * @param reservation of the request, which grows by the estimate
     */
    ClientRequest read(byte[] body, BodyParser parser, Reservation reservation) {
        long more = parser.heapBytes(body);
        if (more > requestBytesMax) {
            return new Rejected(ApiError.invalidRequest("The request body has too many values and brackets."));
        }
        bytes.more(reservation, more);
        return reservation.keepDuring(() -> parser.parse(body));
    }
}
