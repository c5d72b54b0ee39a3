package dev.parley.inference.generation;

import dev.parley.contracts.event.Usage;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** What one attempt has brought so far. Owned by the thread that runs the generation. */
final class AttemptRecord {
    private final int number;
    private final Instant startedAt;
    private final MessageAssembler assembler = new MessageAssembler();
    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
    private Duration toFirstToken = Duration.ZERO;
    private int status;
    private String requestId = "";

    AttemptRecord(int number, Instant startedAt) {
        this.number = number;
        this.startedAt = startedAt;
    }

    /** Claude's response has begun. */
    void answered(int withStatus, String withRequestId) {
        status = withStatus;
        requestId = withRequestId;
    }

    /**
     * The next event of the answer.
     *
     * @throws dev.parley.messages.MalformedStreamException if it cannot follow what came before
     */
    void add(SseFrame frame, JsonNode event, Instant now) {
        assembler.accept(event);
        frames.writeBytes(frame.bytes());
        if (toFirstToken.isZero() && event.path("type").stringValue("").equals("content_block_delta")) {
            toFirstToken = Duration.between(startedAt, now);
        }
    }

    int number() {
        return number;
    }

    Instant startedAt() {
        return startedAt;
    }

    Duration toFirstToken() {
        return toFirstToken;
    }

    int status() {
        return status;
    }

    String requestId() {
        return requestId;
    }

    boolean complete() {
        return assembler.complete();
    }

    JsonNode message() {
        return assembler.message();
    }

    /** The model that answered, as far as Claude named it. */
    String model(String asked) {
        return message().path("model").stringValue(asked);
    }

    Usage usage() {
        JsonNode usage = assembler.usage();
        return new Usage(
                usage.path("input_tokens").longValue(0),
                usage.path("output_tokens").longValue(0),
                usage.path("cache_creation_input_tokens").longValue(0),
                usage.path("cache_read_input_tokens").longValue(0));
    }

    byte[] gzippedFrames() {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(frames.size() / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            frames.writeTo(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }
}
