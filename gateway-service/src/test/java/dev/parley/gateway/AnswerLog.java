package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.SseIds;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** Writes the deltas of one generation in place of inference-service, and keeps the events expected by a reader. */
final class AnswerLog {
    private final Producer<String, byte[]> producer;
    private final GenerationId generation;
    private final ConversationId conversation = ConversationId.next(Clock.systemUTC());
    private final StringBuilder expected = new StringBuilder();
    private int attempt = 1;
    private int sequence;
    private int text;

    AnswerLog(Producer<String, byte[]> producer, GenerationId generation) {
        this.producer = producer;
        this.generation = generation;
    }

    GenerationId generation() {
        return generation;
    }

    ConversationId conversation() {
        return conversation;
    }

    /** The events that a reader from the beginning must have received so far. */
    String expected() {
        return expected.toString();
    }

    /** Makes the following records those of the second attempt, which is the first one on the log. */
    AnswerLog secondAttempt() {
        attempt = 2;
        return this;
    }

    /** Writes one record of this many events. */
    AnswerLog frames(int events) throws Exception {
        return frames(events, false);
    }

    AnswerLog last(int events) throws Exception {
        frames(events, true);
        write(new Recorded(generation, attempt, sequence));
        return this;
    }

    AnswerLog heartbeat() throws Exception {
        write(new Heartbeat(generation, attempt, sequence++));
        return this;
    }

    /** Repeats the first record of the first attempt, out of order. */
    AnswerLog duplicate() throws Exception {
        write(new Frames(generation, 1, 0, CacheVerdict.MISS, "event: doubled\ndata: {}\n\n".getBytes(UTF_8), false));
        return this;
    }

    AnswerLog failed(int status, String retryAfter, String body) throws Exception {
        return failed(status, retryAfter, false, body);
    }

    AnswerLog failed(int status, String retryAfter, boolean noRetry, String body) throws Exception {
        write(new Failed(
                generation, attempt, sequence++, CacheVerdict.MISS, status, retryAfter, noRetry, body.getBytes(UTF_8)));
        return this;
    }

    AnswerLog large(int bytes) throws Exception {
        byte[] frame = ("event: e\ndata: " + "x".repeat(bytes) + "\n\n").getBytes(UTF_8);
        return write(frame, false);
    }

    /** Writes one record of events with these data. */
    AnswerLog events(boolean last, String... data) throws Exception {
        StringBuilder frames = new StringBuilder();
        for (String event : data) {
            frames.append("event: e\ndata: ").append(event).append("\n\n");
        }
        return write(frames.toString().getBytes(UTF_8), last);
    }

    private AnswerLog frames(int events, boolean last) throws Exception {
        StringBuilder frames = new StringBuilder();
        for (int i = 0; i < events; i++) {
            frames.append("event: e\ndata: {\"n\":").append(text++).append("}\n\n");
        }
        return write(frames.toString().getBytes(UTF_8), last);
    }

    private AnswerLog write(byte[] frames, boolean last) throws Exception {
        long offset = write(new Frames(generation, attempt, sequence++, CacheVerdict.MISS, frames, last));
        expected.append(new String(SseIds.number(generation.deltaPartition(), offset, frames, 0), UTF_8));
        return this;
    }

    private long write(Delta delta) throws Exception {
        return producer.send(DeltaCodec.encode(delta, generation.deltaPartition(), conversation))
                .get(20, TimeUnit.SECONDS)
                .offset();
    }
}
