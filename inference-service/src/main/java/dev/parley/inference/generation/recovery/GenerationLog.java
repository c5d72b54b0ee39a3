package dev.parley.inference.generation.recovery;

import dev.parley.contracts.delta.AttemptList;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Followed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Heartbeat;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.delta.DeltaCursor;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.inference.generation.calls.AttemptRecord;
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of one generation on {@code chat.deltas}, from which a replica decides whether to take it over. Owned by the reading
 * thread.
 */
public final class GenerationLog {
    /** An event, the attempt that delivered it, and when it was put on the log. */
    public record SeenFrame(SseFrame frame, int attempt, Instant at) {}

    /** Heap of the objects around the bytes of an event. */
    private static final int EVENT_OVERHEAD_BYTES = 80;

    private final int frameBytesMax;
    private final RecoveryMemory memory;
    private final List<SeenFrame> frames = new ArrayList<>();
    private final DeltaCursor cursor = new DeltaCursor();
    private Instant lastSeen = Instant.EPOCH;
    private boolean ended;
    private Optional<Failed> failure = Optional.empty();
    private boolean recorded;
    private boolean released;
    private int copiedAttempt;
    private Optional<CacheVerdict> verdict = Optional.empty();
    private Optional<SimilarCheck> similar = Optional.empty();
    private byte[] attemptList = {};
    /** What the events take on the heap, kept or not. */
    private long bytes;
    /** What this log has taken of the memory. */
    private long taken;

    private boolean evicted;

    /** An empty log of events of at most this length. */
    public GenerationLog(int frameBytesMax, RecoveryMemory memory) {
        this.frameBytesMax = frameBytesMax;
        this.memory = memory;
    }

    /** As {@link #add}, but drops the events, and those that follow, if they exceed the memory. */
    public void addWithinMemory(Delta delta, Instant now) {
        long before = taken;
        add(delta, now);
        if (taken > before && memory.isExceeded()) {
            evict();
        }
    }

    /**
     * Gives the memory back, also what {@link #again} took for events that are not read yet, and drops the events and those that
     * follow: they have to be read again. Does nothing without memory.
     */
    public void evict() {
        if (taken > 0) {
            evicted = true;
            frames.clear();
            release();
        }
    }

    /** Adds the next delta, which may be invalid because of a later attempt. */
    public void add(Delta delta, Instant now) {
        // Valid from every owner: it is committed together with the turn.
        recorded |= delta instanceof Recorded;
        if (!cursor.accepts(delta)) {
            return;
        }
        lastSeen = now;
        released = false;
        switch (delta) {
            case Frames piece -> {
                new SseFramer(frameBytesMax)
                        .push(ByteBuffer.wrap(piece.frames()))
                        .forEach(frame -> keep(new SeenFrame(frame, delta.attempt(), now)));
                verdict = Optional.of(piece.cache());
                similar = piece.similar().or(() -> similar);
                copiedAttempt = stored().isPresent() ? delta.attempt() : copiedAttempt;
                ended |= piece.last();
            }
            case Failed failed -> {
                ended = true;
                failure = Optional.of(failed);
                verdict = Optional.of(failed.cache());
            }
            case Released _ -> released = true;
            case Followed _ -> copiedAttempt = delta.attempt();
            case Heartbeat heartbeat ->
                attemptList = heartbeat.attemptList().length == 0 ? attemptList : heartbeat.attemptList();
            case Recorded _ -> {
                // Handled above.
            }
        }
    }

    private void keep(SeenFrame event) {
        bytes += event.frame().bytes().length + EVENT_OVERHEAD_BYTES;
        if (!evicted) {
            frames.add(event);
            take(Math.max(0, bytes - taken));
        }
    }

    private void take(long more) {
        memory.take(more);
        taken += more;
    }

    /** Whether the events are dropped. What else the log tells is complete. */
    public boolean isEvicted() {
        return evicted;
    }

    /** An empty log with memory for all events of this one, which have to be read again; none while there is no room. */
    public Optional<GenerationLog> again() {
        if (!memory.hasRoom(bytes)) {
            return Optional.empty();
        }
        GenerationLog again = new GenerationLog(frameBytesMax, memory);
        again.take(bytes);
        return Optional.of(again);
    }

    /** Gives the memory back: the generation has ended, or its events are not needed. */
    public void release() {
        memory.release(taken);
        taken = 0;
    }

    /** The newest attempt, 0 if there is none. */
    public int attempt() {
        return cursor.attempt();
    }

    public List<SeenFrame> frames() {
        return List.copyOf(frames);
    }

    /** Clears the events, which have been restored as an answer of about the same size. The rest of the log is still needed. */
    public void dropFrames() {
        frames.clear();
    }

    public Instant lastSeen() {
        return lastSeen;
    }

    /** Whether the answer has ended, with an error or without. */
    public boolean ended() {
        return ended;
    }

    public Optional<Failed> failure() {
        return failure;
    }

    /** Whether the turn event is on the log. */
    public boolean recorded() {
        return recorded;
    }

    boolean released() {
        return released;
    }

    /** Whether the newest attempt copied a cached answer or a shared stream, for which Claude billed nothing. */
    public boolean copied() {
        return copiedAttempt > 0 && copiedAttempt == cursor.attempt();
    }

    /** Whether an event is of an attempt that copied. */
    public boolean isCopied(SeenFrame event) {
        return event.attempt() == copiedAttempt;
    }

    public boolean hasCopies() {
        return copiedAttempt > 0;
    }

    /** The verdict of the newest frames, if they are from a stored answer. */
    public Optional<CacheVerdict> stored() {
        return verdict.filter(CacheVerdict::isStored);
    }

    /** Why the answer to a similar question was reused or not, as the first frames say. */
    public Optional<SimilarCheck> similar() {
        return similar;
    }

    /** Whether the answer, or its beginning, is that of an identical request in flight. */
    public boolean shared() {
        return verdict.filter(CacheVerdict.SHARED::equals).isPresent();
    }

    /** The calls to Claude as last recorded by their owner; empty if it recorded none. */
    public List<Attempt> attempts() {
        try {
            return AttemptList.decode(attemptList);
        } catch (MalformedEventException e) {
            // From a later version: the frames are used instead.
            return List.of();
        }
    }

    /** The number of attempts that ended with their owner, the newest included. Retries of one owner do not count. */
    public int lostAttempts() {
        long ended = attempts().stream()
                .filter(call -> !call.outcome().equals(AttemptRecord.INTERRUPTED))
                .count();
        return Math.toIntExact(attempt() - ended);
    }
}
