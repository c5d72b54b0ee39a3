package dev.parley.gateway.web.connection;

import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** The body of a response that is complete before it is written. */
public final class WholeBody {
    private WholeBody() {}

    /** The bytes that a body takes until its client has taken it: it is on the heap, and copied to direct memory. */
    public static long bytesHeld(long length) {
        return 2 * length;
    }

    /**
     * Writes a body, with its length as a header, and emits whether the connection has taken all of it, once it has or is closed. In
     * one write, because the client may send its next request as soon as it has the last byte.
     */
    public static Mono<Boolean> write(byte[] body, ServerHttpResponse response) {
        return response.writeWith(
                        Mono.fromSupplier(() -> response.bufferFactory().wrap(body)))
                .then(ReaderConnection.of(response).taken());
    }
}
