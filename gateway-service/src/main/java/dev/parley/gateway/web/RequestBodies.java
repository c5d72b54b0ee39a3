package dev.parley.gateway.web;

import dev.parley.messages.ApiError;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes request bodies in: not too large, not too slow, not too many at once. */
public final class RequestBodies {
    private final WebSettings settings;
    private final AtomicInteger bodies = new AtomicInteger();

    public RequestBodies(WebSettings settings) {
        this.settings = settings;
    }

    /** The body, or an {@link ApiErrorException}. */
    Mono<byte[]> of(ServerRequest request) {
        return of(request, (int) settings.requestBodyMax().toBytes());
    }

    /** As {@link #of(ServerRequest)}, for a body that may be smaller only. */
    Mono<byte[]> of(ServerRequest request, int bytesMax) {
        return Mono.defer(() -> body(request.exchange().getRequest().getBody(), bytesMax));
    }

    private Mono<byte[]> body(Flux<DataBuffer> body, int bytesMax) {
        if (bodies.incrementAndGet() > settings.bodiesMax()) {
            bodies.decrementAndGet();
            return Mono.error(new ApiErrorException(ApiError.of(529, "Too many requests are coming in."), "1"));
        }
        return DataBufferUtils.join(body, bytesMax)
                .doFinally(_ -> bodies.decrementAndGet())
                .timeout(settings.bodyTimeout())
                .onErrorMap(
                        TimeoutException.class,
                        e -> new ApiErrorException(ApiError.of(408, "The request body did not come in time.")))
                .map(RequestBodies::toBytes)
                .defaultIfEmpty(new byte[0])
                .onErrorMap(
                        DataBufferLimitException.class,
                        e -> new ApiErrorException(
                                ApiError.of(413, "Request exceeds the maximum size of " + bytesMax + " bytes")));
    }

    private static byte[] toBytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
