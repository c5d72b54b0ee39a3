package dev.parley.gateway.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.Piece;
import dev.parley.gateway.answer.SseIds;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes the chunks of one answer, each with the SSE id of its event if the client wants that. {@code [DONE]} is sent only after a
 * complete answer; a truncated answer ends with an error.
 */
public final class ChunkEncoder {
    /**
     * A comment without a blank line, so that it belongs to the next event. OpenAI's SDKs for Go, before 3.43, and after the first id
     * those for Python and, in earlier versions, for Java take every blank line for the end of an event, and fail at one without data.
     */
    private static final byte[] PING = ": keep-alive\n".getBytes(UTF_8);

    private static final byte[] DATA = "data: ".getBytes(UTF_8);
    private static final byte[] END = "\n\n".getBytes(UTF_8);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(UTF_8);

    private final boolean withIds;
    private final JsonMapper mapper;
    private final SseFramer framer;
    private final ChunkTranslator translator;
    private boolean failed;

    /** Creates an encoder for an answer with events of at most this number of bytes, before its first piece. */
    public ChunkEncoder(
            GenerationId generation, AnswerFormat format, boolean withIds, JsonMapper mapper, int frameBytesMax) {
        this.withIds = withIds;
        this.mapper = mapper;
        this.framer = new SseFramer(frameBytesMax);
        this.translator = new ChunkTranslator(generation, format == AnswerFormat.CHAT_COMPLETIONS_WITH_USAGE);
    }

    /** The bytes of a piece in UTF-8; empty if it has no representation. */
    public byte[] encode(Piece piece) {
        return switch (piece) {
            case Piece.Events events -> chunks(events);
            case Piece.Failure failure -> {
                failed = true;
                yield OpenAiError.event(OpenAiError.body(failure.refusal()));
            }
            case Piece.Ping _ -> {
                ByteArrayOutputStream ping = new ByteArrayOutputStream(512);
                writePing(ping);
                yield ping.toByteArray();
            }
        };
    }

    /**
     * A chunk without text, unless chunks have ids: clients such as Dify split the stream at blank lines, and lose what follows a
     * comment without one. Before the first chunk that is no text.
     */
    private void writePing(ByteArrayOutputStream chunks) {
        Optional<ObjectNode> keepAlive = withIds ? Optional.empty() : translator.keepAlive();
        keepAlive.ifPresentOrElse(chunk -> writeData(chunk, chunks), () -> chunks.writeBytes(PING));
    }

    private void writeData(JsonNode chunk, ByteArrayOutputStream chunks) {
        chunks.writeBytes(DATA);
        chunks.writeBytes(mapper.writeValueAsBytes(chunk));
        chunks.writeBytes(END);
    }

    private byte[] chunks(Piece.Events events) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream(512);
        int index = 0;
        for (SseFrame frame : framer.push(ByteBuffer.wrap(events.frames().frames()))) {
            JsonNode event = frame.json();
            Optional<ObjectNode> chunk = translator.translate(event);
            if (index >= events.framesToSkip()) {
                if (chunk.isPresent()) {
                    if (withIds) {
                        chunks.writeBytes(SseIds.line(events.partition(), events.offset(), index));
                    }
                    writeData(chunk.get(), chunks);
                } else if (event.path("type").stringValue("").equals("ping")) {
                    writePing(chunks);
                }
            }
            index++;
        }
        return chunks.toByteArray();
    }

    /** The bytes after the last piece in UTF-8; empty for none. */
    public byte[] end() {
        if (failed) {
            return new byte[0];
        } else if (translator.complete()) {
            return DONE;
        }
        failed = true;
        return OpenAiError.event(
                OpenAiError.body(ApiError.of(500, "The answer ended before it was whole. Please ask again.")));
    }

    /** Whether an error has ended the answer. */
    public boolean failed() {
        return failed;
    }
}
