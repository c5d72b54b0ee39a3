package dev.parley.gateway.web;

import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.messages.ApiError;
import java.io.ByteArrayOutputStream;
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

/**
 * Takes request bodies in: not too large, not too slow, not too many at once, and together not too large either. Keys share
 * the places and the bytes. A length that is too large is refused before the first byte.
 */
public final class RequestBodies {
    private static final String FULL = "Too many requests are coming in.";

    private final int bytesMax;
    private final Duration timeout;
    private final ConnectionSettings connections;
    private final RequestPlaces comingIn;
    private final RequestPlaces bytesHeld;

    public RequestBodies(WebSettings settings, ConnectionSettings connections) {
        this.bytesMax = (int) settings.requestBodyMax().toBytes();
        this.timeout = settings.bodyTimeout();
        this.connections = connections;
        this.comingIn = new RequestPlaces(settings.bodiesMax(), FULL);
        this.bytesHeld = new RequestPlaces(settings.bodiesBytesMax().toBytes(), FULL);
    }

    /**
     * What is done with the body.
     *
     * @param key of whom it is, by {@link dev.parley.gateway.session.Caller#identity()}: only what has a key has a place
     * @param work is given the body, or an {@link ApiErrorException}. The body counts as held until the work is done
     */
    public <T> Mono<T> with(ServerRequest request, String key, Function<Mono<byte[]>, Mono<T>> work) {
        return with(request, key, bytesMax, work);
    }

    /** As {@link #with(ServerRequest, String, Function)}, for a body that may be smaller only. */
    public <T> Mono<T> with(ServerRequest request, String key, int smallerMax, Function<Mono<byte[]>, Mono<T>> work) {
        return Mono.using(
                () -> new Body(key), body -> work.apply(Mono.defer(() -> body.read(request, smallerMax))), Body::close);
    }

    /** One body. Its bytes are held from the first one on until the work is done; its place while it comes in. */
    private final class Body {
        private final Reservation place;
        private final Reservation bytes;
        private final AtomicLong received = new AtomicLong();
        private ByteArrayOutputStream whole = new ByteArrayOutputStream();

        Body(String key) {
            this.place = comingIn.holding(key);
            this.bytes = bytesHeld.holding(key);
        }

        Mono<byte[]> read(ServerRequest request, int max) {
            if (request.headers().contentLength().orElse(0) > max) {
                return Mono.error(tooLarge(max));
            }
            comingIn.more(place, 1);
            Mono<byte[]> body = request.exchange()
                    .getRequest()
                    .getBody()
                    .handle((buffer, end) -> take(buffer, max, end))
                    .then(Mono.fromSupplier(this::whole));
            return Mono.firstWithSignal(body, tooSlow(now()))
                    .doFinally(_ -> place.close())
                    // The server holds who has read a body, and so all that came of it, until the response has ended.
                    .onTerminateDetach();
        }

        /** Copies: a buffer that is kept costs more than a hundred bytes, even if there is one byte in it. */
        private void take(DataBuffer buffer, int max, SynchronousSink<Object> end) {
            try {
                byte[] more = new byte[buffer.readableByteCount()];
                if (received.addAndGet(more.length) > max) {
                    throw tooLarge(max);
                }
                bytesHeld.more(bytes, more.length);
                buffer.read(more);
                whole.writeBytes(more);
            } catch (ApiErrorException e) {
                end.error(e);
            } finally {
                DataBufferUtils.release(buffer);
            }
        }

        /** Lets go of it: the server holds who has read a body, and so this, until the response has ended. */
        private byte[] whole() {
            byte[] all = whole.toByteArray();
            whole = new ByteArrayOutputStream(0);
            return all;
        }

        /** Fails as soon as the body is behind the rate that it must have. */
        private Mono<byte[]> tooSlow(Duration begun) {
            return Mono.defer(() -> {
                        Duration left =
                                connections.allowed(received.get(), timeout).minus(now().minus(begun));
                        return left.isPositive() ? Mono.delay(left) : Mono.error(late());
                    })
                    .repeat()
                    .then(Mono.never());
        }

        void close() {
            place.close();
            bytes.close();
        }
    }

    private static Duration now() {
        return Duration.ofNanos(Schedulers.parallel().now(TimeUnit.NANOSECONDS));
    }

    private static ApiErrorException late() {
        return new ApiErrorException(ApiError.of(408, "The request body did not come in time."));
    }

    private static ApiErrorException tooLarge(int max) {
        return new ApiErrorException(ApiError.of(413, "Request exceeds the maximum size of " + max + " bytes"));
    }
}
