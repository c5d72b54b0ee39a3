package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;

/** A short answer that arrives in one chunk. */
public final class WholeAnswer implements Claude.AnswerStream {
    private final byte[] events;

    /** An answer with a text and a stop reason. */
    public WholeAnswer(String text, String stopReason) {
        events = """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-x","usage":{"input_tokens":300,"output_tokens":1}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"%s"},"usage":{"output_tokens":1}}

                event: message_stop
                data: {"type":"message_stop"}

                """.formatted(text, stopReason).getBytes(UTF_8);
    }

    public byte[] events() {
        return events;
    }

    @Override
    public void read(Claude.AnswerReader reader, Duration pause) {
        reader.received(ByteBuffer.wrap(events));
        reader.batchEnded();
    }

    @Override
    public void abandon() {
        // All of it was read.
    }

    @Override
    public void drain(Duration timeout) {
        // The answer is already complete.
    }

    @Override
    public void close() {
        // Nothing to close.
    }
}
