package dev.parley.gateway.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.answer.SseIds;
import dev.parley.messages.ApiError;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Writes an answer to its reader: as events, each flushed as it comes, or as one message. */
public final class AnswerResponses {
    private static final MediaType EVENT_STREAM = MediaType.parseMediaType("text/event-stream; charset=utf-8");
    private static final byte[] PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(UTF_8);

    private final JsonMapper mapper;
    private final int frameBytesMax;

    /**
     * Makes a writer.
     *
     * @param frameBytesMax the longest event an answer may have, in bytes
     */
    public AnswerResponses(JsonMapper mapper, int frameBytesMax) {
        this.mapper = mapper;
        this.frameBytesMax = frameBytesMax;
    }

    /** The response to a request whose answer ended before it began. */
    static Mono<ServerResponse> refused(Opening.Refused refused) {
        var response = ServerResponse.status(refused.status()).contentType(MediaType.APPLICATION_JSON);
        if (!refused.retryAfter().isEmpty()) {
            response.header(HttpHeaders.RETRY_AFTER, refused.retryAfter());
        }
        return response.bodyValue(refused.body());
    }

    /** The head of a streaming response. */
    static ServerResponse.BodyBuilder streaming(Opening.Begun begun) {
        return ServerResponse.ok()
                .contentType(EVENT_STREAM)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("x-accel-buffering", "no")
                .header(Names.CACHE, begun.cache().text());
    }

    /**
     * The body of a streaming response. A reader who is too slow loses the connection: there is no room for more. The
     * response alone would not end it, since it waits for what was written before.
     */
    static Mono<Void> stream(Flux<Piece> pieces, ServerHttpResponse response) {
        DataBufferFactory buffers = response.bufferFactory();
        Flux<DataBuffer> events = pieces.doOnError(_ -> disconnect(response))
                .map(AnswerResponses::bytes)
                .map(buffers::wrap);
        return response.writeAndFlushWith(events.map(Flux::just));
    }

    private static void disconnect(ServerHttpResponse response) {
        if (ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse netty) {
            netty.withConnection(connection -> {
                var _ = connection.channel().close();
            });
        }
    }

    private static byte[] bytes(Piece piece) {
        return switch (piece) {
            case Piece.Events events ->
                SseIds.number(
                        events.partition(), events.offset(), events.frames().frames(), events.framesHad());
            case Piece.Failure failure -> ApiError.frame(failure.body());
            case Piece.Ping _ -> PING;
        };
    }

    /**
     * The message that the events add up to, in UTF-8; an error if they do not.
     *
     * @param workers where it is put together: not on the thread that all answers share
     */
    Mono<byte[]> message(OpenAnswer answer, Scheduler workers) {
        return Mono.defer(() -> {
            MessageAssembler assembler = new MessageAssembler();
            SseFramer framer = new SseFramer(frameBytesMax);
            return answer.pieces()
                    .publishOn(workers)
                    .doOnNext(piece -> add(piece, framer, assembler))
                    .then(Mono.fromCallable(() -> mapper.writeValueAsBytes(assembler.message())));
        });
    }

    private void add(Piece piece, SseFramer framer, MessageAssembler assembler) {
        switch (piece) {
            case Piece.Events events ->
                framer.push(ByteBuffer.wrap(events.frames().frames()))
                        .forEach(frame -> assembler.accept(frame.json(mapper)));
            case Piece.Failure failure -> throw new ApiErrorException(ApiError.parse(mapper.readTree(failure.body())));
            case Piece.Ping _ -> {
                // Nobody waits for it.
            }
        }
    }
}
