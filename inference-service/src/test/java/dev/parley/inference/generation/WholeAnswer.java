package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.inference.generation.calls.Claude;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A short answer that arrives in one chunk. */
public final class WholeAnswer implements Claude.AnswerStream {
    private final byte[] events;

    /** An answer with a text and a stop reason. */
    public WholeAnswer(String text, String stopReason) {
        String all = AnswerEvents.start("msg_1", 300)
                + AnswerEvents.text(text)
                + AnswerEvents.endWithoutStop(stopReason, 1)
                + AnswerEvents.MESSAGE_STOP;
        events = all.getBytes(UTF_8);
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
