package dev.parley.gateway.web;

import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Rejected;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.messages.ApiError;

/**
 * The heap that requests may take together until they are on the log, estimated before they are parsed, and conversations
 * until their readers have them. Keys share it.
 */
public final class RequestHeap {
    private final RequestPlaces bytes;
    private final long requestBytesMax;

    /**
     * A heap that is free.
     *
     * @param bytesMax for all requests together; one request may take half of it
     */
    RequestHeap(long bytesMax) {
        this.bytes = new RequestPlaces(bytesMax, "Too many large requests are being read.");
        this.requestBytesMax = bytesMax / 2;
    }

    /** So much of the heap of this process. */
    public static RequestHeap ofProcess(RequestSettings settings) {
        return new RequestHeap(Runtime.getRuntime().maxMemory() / 100 * settings.heapPercentMax());
    }

    /** What all requests take now, in bytes. */
    public long taken() {
        return bytes.taken();
    }

    /** What a request of this key will take; nothing so far. To be closed, whatever happens. */
    public Reservation holding(String key) {
        return bytes.holding(key);
    }

    /** More for what is a holding of this heap, or an {@link ApiErrorException}. */
    public void more(Reservation holding, long bytes) {
        this.bytes.more(holding, bytes);
    }

    /**
     * Reads a body if there is room for what comes of it, or throws an {@link ApiErrorException}.
     *
     * @param holding of the request, which takes more
     */
    ClientRequest read(byte[] body, BodyParser reader, Reservation holding) {
        long more = reader.heapBytes(body);
        if (more > requestBytesMax) {
            return new Rejected(ApiError.invalidRequest("The request body has too many values and brackets."));
        }
        bytes.more(holding, more);
        return reader.parse(body);
    }
}
