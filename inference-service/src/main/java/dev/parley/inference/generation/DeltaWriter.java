package dev.parley.inference.generation;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Numbers the pieces of one attempt. Owned by the thread that runs it. */
final class DeltaWriter {
    private final DeltaSink sink;
    private final GenerationId generation;
    private final int attempt;
    private final CacheVerdict cache;
    private int sequence;

    /**
     * Begins, or goes on with, an attempt.
     *
     * @param sequence the number of the next piece
     */
    DeltaWriter(DeltaSink sink, GenerationId generation, int attempt, CacheVerdict cache, int sequence) {
        this.sink = sink;
        this.generation = generation;
        this.attempt = attempt;
        this.cache = cache;
        this.sequence = sequence;
    }

    /** The writer of the attempt that follows this one. */
    DeltaWriter next() {
        return new DeltaWriter(sink, generation, attempt + 1, cache, 0);
    }

    int attempt() {
        return attempt;
    }

    /** Sends the frames as one piece: a burst shares a record. */
    void frames(List<SseFrame> frames, boolean last) {
        sink.publish(new Frames(generation, attempt, sequence++, cache, joined(frames), last));
    }

    /** Sends a whole answer at once. */
    void whole(List<byte[]> pieces) {
        for (int i = 0; i < pieces.size(); i++) {
            sink.publish(new Frames(generation, attempt, sequence++, cache, pieces.get(i), i == pieces.size() - 1));
        }
    }

    /** Sends what another generation was sent. */
    void copied(Frames frames) {
        sink.publish(new Frames(generation, attempt, sequence++, cache, frames.frames(), frames.last()));
    }

    /** Says that somebody is at it, if this attempt has said nothing yet. Nobody waits for this, and Claude need not either. */
    void firstHeartbeat() {
        if (sequence == 0) {
            heartbeat();
        }
    }

    void heartbeat() {
        sink.publish(new Heartbeat(generation, attempt, sequence++));
    }

    /** The first piece of a further attempt: see {@link DeltaSink#begin}. */
    void begin(byte[] account) throws InterruptedException {
        sink.begin(new Heartbeat(generation, attempt, sequence++, account));
    }

    /** Says besides what the generation has taken so far. */
    void heartbeat(byte[] account) {
        sink.publish(new Heartbeat(generation, attempt, sequence++, account));
    }

    void failed(int status, String retryAfter, byte[] body) {
        sink.publish(new Failed(generation, attempt, sequence++, cache, status, retryAfter, body));
    }

    /** Tells the reader how it ended, if the last piece did not. */
    Ending told(Ending ending) {
        switch (ending) {
            case Whole _ -> {
                // The last piece said so.
            }
            case Refused no -> failed(no.error().status(), no.retryAfter(), body(no.error()));
            case Broken cut -> failed(cut.error().status(), "", body(cut.error()));
            case Cancelled _ -> failed(Cancelled.STATUS, "", body(Cancelled.error()));
        }
        return ending;
    }

    private byte[] body(ApiError error) {
        return error.body(generation.value());
    }

    /** Says that the pieces of this attempt are copies. */
    void followed() {
        sink.publish(new Followed(generation, attempt, sequence++));
    }

    /** Tells whoever gets the generation next that nobody is at it any more. */
    void released() {
        sink.publish(new Released(generation, attempt, sequence++));
    }

    /** The marker that goes into the transaction of the turn. */
    Recorded recorded() {
        return new Recorded(generation, attempt, sequence++);
    }

    private static byte[] joined(List<SseFrame> frames) {
        if (frames.size() == 1) {
            return frames.getFirst().bytes();
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        frames.forEach(frame -> joined.writeBytes(frame.bytes()));
        return joined.toByteArray();
    }
}
