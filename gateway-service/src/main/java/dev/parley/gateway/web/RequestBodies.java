package dev.parley.gateway.web;

import dev.parley.messages.ApiError;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Takes request bodies in: not too large, not too slow, not too many at once, and together not too large either. */
public final class RequestBodies {
    private final WebSettings settings;
    private final AtomicInteger bodies = new AtomicInteger();
    private final AtomicLong held = new AtomicLong();

    public RequestBodies(WebSettings settings) {
        this.settings = settings;
    }

    /**
     * What is done with the body.
     *
     * @param work is given the body, or an {@link ApiErrorException}. The body counts as held until the work is done
     */
    public <T> Mono<T> with(ServerRequest request, Function<Mono<byte[]>, Mono<T>> work) {
        return with(request, (int) settings.requestBodyMax().toBytes(), work);
    }

    /** As {@link #with(ServerRequest, Function)}, for a body that may be smaller only. */
    public <T> Mono<T> with(ServerRequest request, int bytesMax, Function<Mono<byte[]>, Mono<T>> work) {
        return Mono.using(
                Share::new,
                share -> work.apply(
                        Mono.defer(() -> body(request.exchange().getRequest().getBody(), bytesMax, share))),
                Share::release);
    }

    private Mono<byte[]> body(Flux<DataBuffer> body, int bytesMax, Share share) {
        if (bodies.incrementAndGet() > settings.bodiesMax()) {
            bodies.decrementAndGet();
            return Mono.error(tooMany());
        }
        return DataBufferUtils.join(body.handle(share::take), bytesMax)
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
                                ApiError.of(413, "Request exceeds the maximum size of " + bytesMax + " bytes")))
                // The server holds who has read a body, and so all that came of it, until the response has ended.
                .onTerminateDetach();
    }

    private static ApiErrorException tooMany() {
        return new ApiErrorException(ApiError.of(529, "Too many requests are coming in."), "1");
    }

    /** What one body takes of the room that all have together, from its first byte on. */
    private final class Share {
        private static final long RELEASED = Long.MIN_VALUE;

        private final AtomicLong bytes = new AtomicLong();

        void take(DataBuffer buffer, SynchronousSink<DataBuffer> sink) {
            int more = buffer.readableByteCount();
            if (held.addAndGet(more) <= settings.bodiesBytesMax().toBytes() && bytes.addAndGet(more) >= 0) {
                sink.next(buffer);
            } else {
                held.addAndGet(-more);
                DataBufferUtils.release(buffer);
                sink.error(tooMany());
            }
        }

        void release() {
            held.addAndGet(-bytes.getAndSet(RELEASED));
        }
    }

    private static byte[] toBytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
