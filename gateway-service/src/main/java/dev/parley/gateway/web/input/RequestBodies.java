package dev.parley.gateway.web.input;

import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;
import reactor.netty.channel.AbortedException;

/**
 * Reads request bodies with bounds for the size of each, its duration, their number and the size of all together. Keys share the
 * number and the size. A declared length above the bound is rejected before the first byte.
 */
public final class RequestBodies {
    private static final String FULL = "Too many requests are coming in.";

    private final int bytesMax;
    private final Duration timeout;
    private final ConnectionSettings connections;
    private final SharedPool arriving;
    private final SharedPool bytesHeld;

    public RequestBodies(WebSettings settings, ConnectionSettings connections) {
        this.bytesMax = (int) settings.requestBodyMax().toBytes();
        this.timeout = settings.bodyTimeout();
        this.connections = connections;
        this.arriving = new SharedPool(settings.bodiesMax(), FULL);
        this.bytesHeld = new SharedPool(settings.bodiesBytesMax().toBytes(), FULL);
    }

    int bytesMax() {
        return bytesMax;
    }

    /**
     * Runs work with the body.
     *
     * @param key of the caller: {@link dev.parley.gateway.session.Caller#identity()}
     * @param work gets the body, or an {@link ApiErrorException}. The body counts until the work has ended
     */
    public <T> Mono<T> with(ServerRequest request, String key, Function<Mono<byte[]>, Mono<T>> work) {
        return with(request, key, bytesMax, work);
    }

    /** The same with a smaller bound for the body. */
    public <T> Mono<T> with(ServerRequest request, String key, int smallerMax, Function<Mono<byte[]>, Mono<T>> work) {
        return Mono.using(
                () -> new Body(key), body -> work.apply(Mono.defer(() -> body.read(request, smallerMax))), Body::close);
    }

    /** One body. Its bytes count until the work has ended, its place while it arrives. */
    private final class Body {
        private final Reservation place;
        private final Reservation bytes;
        private final AtomicLong received = new AtomicLong();
        private ByteArrayOutputStream whole = new ByteArrayOutputStream();

        Body(String key) {
            this.place = arriving.reservation(key);
            this.bytes = bytesHeld.reservation(key);
        }

        Mono<byte[]> read(ServerRequest request, int max) {
            if (request.headers().contentLength().orElse(0) > max) {
                return Mono.error(tooLarge(max));
            }
            place.take(1);
            Mono<byte[]> body = request.exchange()
                    .getRequest()
                    .getBody()
                    .handle((buffer, end) -> take(buffer, max, end))
                    .then(Mono.fromSupplier(this::whole))
                    // The client has closed the connection, as a rule.
                    .onErrorMap(e -> e instanceof IOException || e instanceof AbortedException, _ -> unreadable());
            return Mono.firstWithSignal(body, tooSlow(now()))
                    .doFinally(_ -> place.close())
                    // The server keeps a reference to the subscriber of a body until the response has ended.
                    .onTerminateDetach();
        }

        /** Copies the bytes, because a retained buffer costs more than 100 bytes, even with one byte in it. */
        private void take(DataBuffer buffer, int max, SynchronousSink<Object> end) {
            try {
                byte[] more = new byte[buffer.readableByteCount()];
                if (received.addAndGet(more.length) > max) {
                    throw tooLarge(max);
                }
                bytes.take(more.length);
                buffer.read(more);
                whole.writeBytes(more);
            } catch (ApiErrorException e) {
                end.error(e);
            } finally {
                DataBufferUtils.release(buffer);
            }
        }

        /** Drops its reference, because the server keeps this object until the response has ended. */
        private byte[] whole() {
            byte[] all = whole.toByteArray();
            whole = new ByteArrayOutputStream(0);
            return all;
        }

        /** Fails as soon as the body is slower than the minimum rate. */
        private Mono<byte[]> tooSlow(Duration begun) {
            return Mono.defer(() -> {
                        Duration left =
                                connections.allowed(received.get(), timeout).minus(now().minus(begun));
                        return left.isPositive() ? Mono.delay(left) : Mono.error(late());
                    })
                    .repeat()
                    .then(Mono.never());
        }

        /** Drops its reference, because a refused body is discarded for longer than its bytes count. */
        void close() {
            place.close();
            bytes.close();
            whole = new ByteArrayOutputStream(0);
        }
    }

    private static Duration now() {
        return Duration.ofNanos(Schedulers.parallel().now(TimeUnit.NANOSECONDS));
    }

    private static ApiErrorException late() {
        return new ApiErrorException(408, "The request body did not come in time.");
    }

    private static ApiErrorException unreadable() {
        return ApiErrorException.invalidRequest("The request body cannot be read.");
    }

    private static ApiErrorException tooLarge(int max) {
        return new ApiErrorException(413, "Request exceeds the maximum size of " + max + " bytes");
    }
}
