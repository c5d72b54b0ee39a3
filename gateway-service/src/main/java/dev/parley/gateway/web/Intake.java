package dev.parley.gateway.web;

import dev.parley.contracts.id.ConversationId;
import dev.parley.gateway.request.ClientRequest;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Takes a request in: who asks, in which conversation, and what. The three are found out side by side, so that it takes
 * as long as the longest of them.
 */
public final class Intake {
    /**
     * What was taken in.
     *
     * @param onDisconnect what becomes of the answer when its reader goes
     */
    record Question(Caller caller, ConversationId conversation, OnDisconnect onDisconnect, Accepted request) {
        /** Who asks within the tenant. */
        String user() {
            return request.user().isEmpty() ? caller.keyName() : request.user();
        }
    }

    private final Authentication authentication;
    private final RequestParser parser;
    private final WebSettings settings;
    private final Scheduler workers;
    private final Clock clock;
    private final AtomicInteger bodies = new AtomicInteger();

    /**
     * Makes an intake.
     *
     * @param workers where bodies are parsed, so that a large one does not hold up an event loop
     */
    public Intake(
            Authentication authentication, RequestParser parser, WebSettings settings, Scheduler workers, Clock clock) {
        this.authentication = authentication;
        this.parser = parser;
        this.settings = settings;
        this.workers = workers;
        this.clock = clock;
    }

    /** The question, or an {@link ApiErrorException}. */
    Mono<Question> take(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        return Mono.zip(
                        authentication.check(headers),
                        Mono.fromCallable(() -> conversation(headers)),
                        Mono.fromCallable(() -> onDisconnect(headers)),
                        Mono.defer(() -> body(request.exchange().getRequest().getBody()))
                                .publishOn(workers)
                                .map(this::parsed))
                .map(parts -> new Question(
                        parts.getT1(),
                        parts.getT2(),
                        parts.getT3().orElse(parts.getT1().onDisconnect()),
                        parts.getT4()));
    }

    private ConversationId conversation(HttpHeaders headers) {
        String named = headers.getFirst(Names.CONVERSATION);
        try {
            return named == null ? ConversationId.next(clock) : new ConversationId(named);
        } catch (IllegalArgumentException e) {
            throw new ApiErrorException(ApiError.invalidRequest(Names.CONVERSATION + ": " + e.getMessage()));
        }
    }

    private static Optional<OnDisconnect> onDisconnect(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(Names.ON_DISCONNECT)).map(wish -> switch (wish) {
            case "continue" -> OnDisconnect.CONTINUE;
            case "cancel" -> OnDisconnect.CANCEL;
            default ->
                throw new ApiErrorException(
                        ApiError.invalidRequest(Names.ON_DISCONNECT + ": Input should be 'continue' or 'cancel'"));
        });
    }

    private Mono<byte[]> body(Flux<DataBuffer> body) {
        int bytesMax = (int) settings.requestBodyMax().toBytes();
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
                .map(Intake::toBytes)
                .defaultIfEmpty(new byte[0])
                .onErrorMap(
                        DataBufferLimitException.class,
                        e -> new ApiErrorException(
                                ApiError.of(413, "Request exceeds the maximum size of " + bytesMax + " bytes")));
    }

    static byte[] toBytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Accepted parsed(byte[] body) {
        return switch (parser.parse(body)) {
            case Accepted accepted -> accepted;
            case ClientRequest.Rejected rejected -> throw new ApiErrorException(rejected.error());
        };
    }
}
