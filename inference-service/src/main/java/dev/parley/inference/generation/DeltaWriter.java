package dev.parley.inference.generation;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import dev.parley.messages.ApiError;
import dev.parley.messages.SseFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Numbers and publishes the deltas of one attempt. Used by one thread at a time, as {@link ClaudeCall} says. */
final class DeltaWriter {
    /** Short, since a new owner of the partition repeats a generation without a record at once. */
    private static final Duration FIRST_HEARTBEAT = Duration.ofMillis(50);

    private static final Duration ROOM_CHECK = Duration.ofMillis(10);

    /** A follower writes no heartbeat meanwhile: short enough for the proof of decision 0282. */
    private static final Duration ROOM_CHECK_MAX = Duration.ofMillis(250);

    /** Largest answer: 500,000 events of 134 bytes, each with a token. */
    private static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;

    private final DeltaSink sink;
    private final GenerationId generation;
    private final int attempt;
    private final CacheVerdict cache;
    private Optional<SimilarCheck> similar;
    private int sequence;
    private Optional<AnsweredBy> answeredBy = Optional.empty();
    private boolean named;
    /** The frames of this attempt and those before it. */
    private long bytes;

    private boolean memoryExceeded;

    /**
     * A writer for an attempt, from the number of the next delta on.
     *
     * @param similar for the first frames
     */
    DeltaWriter(
            DeltaSink sink,
            GenerationId generation,
            int attempt,
            CacheVerdict cache,
            Optional<SimilarCheck> similar,
            int sequence) {
        this.sink = sink;
        this.generation = generation;
        this.attempt = attempt;
        this.cache = cache;
        this.similar = similar;
        this.sequence = sequence;
    }

    DeltaWriter next() {
        DeltaWriter next = new DeltaWriter(sink, generation, attempt + 1, cache, similar, 0);
        next.answeredBy = answeredBy;
        next.bytes = bytes;
        next.memoryExceeded = memoryExceeded;
        return next;
    }

    /** Names the model that answers a request for an alias, in the next frames. */
    void answeredBy(AnsweredBy model) {
        answeredBy = Optional.of(model);
        named = false;
    }

    /** Sets why the answer to a similar question is reused or not, for the first frames. */
    void similar(Optional<SimilarCheck> check) {
        similar = check;
    }

    int attempt() {
        return attempt;
    }

    /** The number of the next delta. */
    int sequence() {
        return sequence;
    }

    /** Counts bytes of the answer that are not published here, but by an earlier owner, or not at all. */
    void continues(long published) {
        bytes += published;
    }

    /** Counts what is kept of the answer, in bytes of the heap; what is not kept any more is negative. */
    void keep(long kept) {
        memoryExceeded |= !sink.keep(kept);
    }

    /**
     * Whether the answer is longer than any of Claude's, or than the {@linkplain DeltaSink#keep memory} permits: it is held in
     * memory, by each owner of the generation.
     */
    boolean isTooLong() {
        return bytes > ANSWER_BYTES_MAX || memoryExceeded;
    }

    /** The end of such an answer. The memory may have room for the next one. */
    Broken tooLong() {
        return new Broken(ApiError.of(500, "The answer is too long."), bytes > ANSWER_BYTES_MAX);
    }

    Duration mergeDelay() {
        return sink.mergeDelay();
    }

    boolean hasRoom() {
        return sink.hasRoom();
    }

    /** Publishes frames that arrived together as one delta. */
    void frames(List<SseFrame> frames, boolean last) {
        frames(joined(frames), last);
    }

    void frames(byte[] frames, boolean last) {
        Optional<AnsweredBy> by = named ? Optional.empty() : answeredBy;
        named = true;
        sink.publish(new Frames(generation, attempt, sequence++, cache, frames, last, by, similar));
        bytes += frames.length;
        similar = Optional.empty();
    }

    /**
     * Waits for room, or until the answer is cancelled. For threads that may block: stored and shared answers come faster than
     * Claude's, and would take the room that is left for event loops, which must not wait.
     */
    void awaitRoom(Cancellation cancellation) throws InterruptedException {
        // Producers do not signal that there is room. Thousands may wait for a partition that cannot be written.
        Duration pause = ROOM_CHECK;
        while (!hasRoom() && !cancellation.await(pause)) {
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(ROOM_CHECK_MAX) < 0 ? longer : ROOM_CHECK_MAX;
        }
    }

    /** Publishes a complete answer, of which nothing is kept, each piece when there is room. Blocks. */
    void whole(List<byte[]> pieces) throws InterruptedException {
        Cancellation never = new Cancellation();
        for (int i = 0; i < pieces.size(); i++) {
            awaitRoom(never);
            frames(pieces.get(i), i == pieces.size() - 1);
        }
    }

    /** How long the writer may be silent: the first heartbeat comes soon, unless the answer itself comes sooner. */
    Duration silenceMax(Duration heartbeatInterval) {
        return sequence == 0 && FIRST_HEARTBEAT.compareTo(heartbeatInterval) < 0 ? FIRST_HEARTBEAT : heartbeatInterval;
    }

    void heartbeat() {
        sink.publish(new Heartbeat(generation, attempt, sequence++));
    }

    /** Publishes the first delta of a further attempt: see {@link DeltaSink#begin}. */
    void begin(byte[] attemptList) throws InterruptedException {
        sink.begin(new Heartbeat(generation, attempt, sequence++, attemptList));
    }

    /** Publishes a heartbeat with the encoded calls of the generation so far. */
    void heartbeat(byte[] attemptList) {
        sink.publish(new Heartbeat(generation, attempt, sequence++, attemptList));
    }

    /** Publishes the error for the client, with the id of its own request. */
    void failed(ApiError error, String retryAfter, boolean noRetry) {
        sink.publish(new Failed(
                generation,
                attempt,
                sequence++,
                cache,
                error.status(),
                retryAfter,
                noRetry,
                error.body(generation.value())));
    }

    /** Publishes the end of the answer, unless the last delta was its end. */
    Ending publishEnd(Ending ending) {
        switch (ending) {
            case Completed _ -> {
                // The last delta is the end.
            }
            case Refused no -> failed(no.error(), no.retryAfter(), no.forbidsClient());
            case Broken cut -> failed(cut.error(), "", cut.noRetry());
            case Cancelled _ -> failed(Cancelled.error(), "", false);
        }
        return ending;
    }

    /** Marks the deltas of this attempt as copies of another generation. */
    void followed() {
        sink.publish(new Followed(generation, attempt, sequence++));
    }

    void released() {
        sink.publish(new Released(generation, attempt, sequence++));
    }

    /** The marker that is recorded in the transaction of the turn. */
    Recorded recorded() {
        return new Recorded(generation, attempt, sequence++);
    }

    private static byte[] joined(List<SseFrame> frames) {
        if (frames.size() == 1) {
            return frames.getFirst().bytes();
        }
        ByteBuffer joined = ByteBuffer.allocate(
                frames.stream().mapToInt(frame -> frame.bytes().length).sum());
        frames.forEach(frame -> joined.put(frame.bytes()));
        return joined.array();
    }
}
