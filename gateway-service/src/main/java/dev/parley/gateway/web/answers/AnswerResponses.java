package dev.parley.gateway.web.answers;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.answer.SlowReaderException;
import dev.parley.gateway.answer.SseEncoder;
import dev.parley.gateway.openai.ChunkEncoder;
import dev.parley.gateway.openai.Completions;
import dev.parley.gateway.openai.OpenAiError;
import dev.parley.gateway.web.connection.ChunkedBody;
import dev.parley.gateway.web.connection.PacedPieces;
import dev.parley.gateway.web.connection.ReaderConnection;
import dev.parley.gateway.web.connection.WholeBody;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.Dialect;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.messages.InvalidToolInput;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an answer in the format of its generation: as server-sent events, of which those that have arrived together are
 * one write, or as one message.
 */
public final class AnswerResponses {
    private static final MediaType EVENT_STREAM = MediaType.parseMediaType("text/event-stream; charset=utf-8");

    private final JsonMapper mapper;
    /** The longest event of an answer, in bytes. */
    private final int frameBytesMax;
    /** Translate and assemble answers, which would block an event loop. */
    private final Scheduler workers;

    public AnswerResponses(JsonMapper mapper, int frameBytesMax, Scheduler workers) {
        this.mapper = mapper;
        this.frameBytesMax = frameBytesMax;
        this.workers = workers;
    }

    /** Sets the headers that name a generation. */
    public static void identify(GenerationId generation, HttpHeaders headers) {
        headers.set(HeaderNames.REQUEST_ID, generation.value());
        headers.set(HeaderNames.X_REQUEST_ID, generation.value());
        headers.set(HeaderNames.GENERATION, generation.value());
    }

    /** The response to a request that failed before its first event. */
    public static Mono<ServerResponse> refused(AnswerFormat format, Opening.Refused refused) {
        Dialect dialect = Dialect.of(format);
        var response = ServerResponse.status(dialect.status(refused.status()))
                .contentType(MediaType.APPLICATION_JSON)
                .headers(headers -> ApiErrorException.Response.of(refused).setRetryHeaders(headers));
        return response.bodyValue(
                switch (dialect) {
                    case ANTHROPIC -> refused.body();
                    case OPENAI -> OpenAiError.body(refused);
                });
    }

    /** A response with an answer that has begun, whose body is {@link #stream}. */
    public static ServerResponse.BodyBuilder streaming(Opening.Begun begun) {
        return ServerResponse.ok()
                .contentType(EVENT_STREAM)
                .header("x-accel-buffering", "no")
                .headers(headers -> describe(begun, headers));
    }

    /** Sets the headers that tell where the answer comes from. */
    public static void describe(Opening.Begun begun, HttpHeaders headers) {
        headers.set(HeaderNames.CACHE, begun.cache().text());
        begun.answeredBy().ifPresent(by -> {
            headers.set(HeaderNames.MODEL, by.model());
            headers.set(HeaderNames.MODEL_REASON, by.reason());
        });
        begun.similar().ifPresent(check -> {
            headers.set(HeaderNames.SIMILAR, check.gate());
            check.similarity().ifPresent(cosine -> headers.set(HeaderNames.SIMILARITY, Double.toString(cosine)));
            check.source().ifPresent(source -> headers.set(HeaderNames.SOURCE, source.value()));
        });
    }

    /**
     * The body of a streaming response. An answer in OpenAI's format that fails breaks it off after the error, which some clients take
     * for a chunk without text, unless the reader would lose what it has. The connection of a reader that is too slow is closed, because
     * its buffer is full; ending the response would wait for what was written before.
     *
     * @param withIds whether chunks have the ids of their events; those of Claude's format always do
     * @param paced the pieces; of an answer that is translated, at least two are ahead
     */
    public Mono<Void> stream(
            GenerationId generation,
            AnswerFormat format,
            boolean withIds,
            PacedPieces<Piece> paced,
            Delivery delivery,
            ServerHttpResponse response) {
        Flux<Piece> cutting =
                paced.pieces().doOnError(_ -> ReaderConnection.of(response).cut());
        return switch (format) {
            case MESSAGES ->
                ChunkedBody.write(
                        paced.with(cutting, paced.ahead()),
                        piece -> {
                            delivery.written(piece);
                            return SseEncoder.encode(piece);
                        },
                        delivery::whole,
                        response);
            case CHAT_COMPLETIONS, CHAT_COMPLETIONS_WITH_USAGE -> {
                ChunkEncoder encoder = new ChunkEncoder(generation, format, withIds, mapper, frameBytesMax);
                // A half waits for the translation, a half for the connection.
                int half = Math.max(1, paced.ahead() / 2);
                Flux<byte[]> chunks = cutting.publishOn(workers, false, half)
                        .map(piece -> encoded(encoder, piece, delivery))
                        .concatWith(Mono.fromSupplier(encoder::end));
                yield ChunkedBody.write(
                        paced.with(chunks, half),
                        bytes -> bytes,
                        () -> {
                            if (encoder.failed()) {
                                delivery.failed();
                                breakOff(ReaderConnection.of(response));
                            }
                            delivery.whole();
                        },
                        response);
            }
        };
    }

    private static void breakOff(ReaderConnection connection) {
        if (!connection.losesBrokenBodies()) {
            connection.breakOff();
        }
    }

    /** An {@link Error} would pass through all operators, and leave a silent stream behind. */
    private static byte[] encoded(ChunkEncoder encoder, Piece piece, Delivery delivery) {
        delivery.written(piece);
        try {
            return encoder.encode(piece);
        } catch (Error e) {
            throw new IllegalStateException("a piece cannot be written", e);
        }
    }

    /** The message of all events, in UTF-8; an {@link ApiErrorException} if it is incomplete, or there is no room for its events. */
    public Mono<byte[]> message(OpenAnswer answer) {
        return Mono.defer(() -> {
            MessageAssembler assembler = new MessageAssembler();
            SseFramer framer = new SseFramer(frameBytesMax);
            return answer.pieces()
                    .publishOn(workers, false, OpenAnswer.AHEAD)
                    .doOnNext(piece -> add(piece, framer, assembler))
                    .then(Mono.fromCallable(() -> mapper.writeValueAsBytes(assembled(answer.generation(), assembler))))
                    .onErrorMap(SlowReaderException.class, _ -> ApiErrorException.crowded());
        });
    }

    /** Takes room for a message that waits for its client, or throws an {@link ApiErrorException}. */
    public static void requireRoom(OpenAnswer answer, byte[] message) {
        if (!answer.reserve(WholeBody.bytesHeld(message.length))) {
            throw ApiErrorException.crowded();
        }
    }

    private static ObjectNode assembled(GenerationId generation, MessageAssembler assembler) {
        if (!assembler.complete()) {
            throw new ApiErrorException(500, "The answer ended before it was whole. Please ask again.");
        }
        return switch (generation.format()) {
            case MESSAGES -> withoutPartialInputs(assembler.message());
            case CHAT_COMPLETIONS, CHAT_COMPLETIONS_WITH_USAGE -> Completions.of(generation, assembler.message());
        };
    }

    /**
     * As Claude's own message, which clients send back: in a request, Claude refuses more members. With {@code
     * eager_input_streaming}, Claude may also call a tool with an input that is no JSON: the client must not run it with an empty one.
     */
    private static ObjectNode withoutPartialInputs(ObjectNode message) {
        boolean isCalled = message.path("stop_reason").stringValue("").equals("tool_use");
        for (JsonNode block : message.path("content")) {
            if (block instanceof ObjectNode call && call.has("partial_json")) {
                if (isCalled) {
                    InvalidToolInput.replace(call, call.path("partial_json").stringValue(""));
                } else {
                    call.remove("partial_json");
                }
            }
        }
        return message;
    }

    private void add(Piece piece, SseFramer framer, MessageAssembler assembler) {
        switch (piece) {
            case Piece.Events events ->
                framer.push(ByteBuffer.wrap(events.frames().frames())).forEach(frame -> assembler.accept(frame.json()));
            case Piece.Failure failure -> throw new ApiErrorException(failure.refusal());
            case Piece.Ping _ -> {
                // Not part of a message.
            }
        }
    }
}
