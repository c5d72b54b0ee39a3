package dev.parley.inference.generation;

import dev.parley.contracts.delta.Account;
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
import dev.parley.messages.SseFrame;
import dev.parley.messages.SseFramer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the log says of one generation, read by a replica that wonders whether to take it over. Owned by the thread
 * that reads.
 */
public final class Slice {
    private final int frameBytesMax;
    private final List<SseFrame> frames = new ArrayList<>();
    private final DeltaCursor cursor = new DeltaCursor();
    private Instant lastSeen;
    private Optional<Delta> terminal = Optional.empty();
    private boolean recorded;
    private boolean released;
    private int shownAttempt;
    private int attemptsShown;
    private int copiedAttempt;
    private boolean cached;
    private byte[] account = {};

    /**
     * Starts with an empty slice.
     *
     * @param now when the reading began: silence is counted from here
     */
    public Slice(int frameBytesMax, Instant now) {
        this.frameBytesMax = frameBytesMax;
        this.lastSeen = now;
    }

    /** The next piece, which may be one that does not count. */
    public void add(Delta delta, Instant now) {
        // True whoever says it: it is committed together with the turn.
        recorded |= delta instanceof Recorded;
        if (!cursor.accepts(delta)) {
            return;
        }
        lastSeen = now;
        released = false;
        switch (delta) {
            case Frames piece -> {
                if (delta.attempt() != shownAttempt) {
                    shownAttempt = delta.attempt();
                    attemptsShown++;
                }
                frames.addAll(new SseFramer(frameBytesMax).push(ByteBuffer.wrap(piece.frames())));
                cached = piece.cache() == CacheVerdict.EXACT;
                copiedAttempt = cached ? delta.attempt() : copiedAttempt;
                if (piece.last()) {
                    terminal = Optional.of(piece);
                }
            }
            case Failed failed -> {
                terminal = Optional.of(failed);
                cached = failed.cache() == CacheVerdict.EXACT;
            }
            case Released _ -> released = true;
            case Followed _ -> copiedAttempt = delta.attempt();
            case Heartbeat heartbeat -> account = heartbeat.account().length == 0 ? account : heartbeat.account();
            case Recorded _ -> {
                // Was taken in above.
            }
        }
    }

    /** The newest attempt seen, 0 if none. */
    public int attempt() {
        return cursor.attempt();
    }

    public List<SseFrame> frames() {
        return List.copyOf(frames);
    }

    public Instant lastSeen() {
        return lastSeen;
    }

    /** The piece that ended the answer, empty while there is none. */
    public Optional<Delta> terminal() {
        return terminal;
    }

    /** Whether the turn event is on the log. */
    public boolean recorded() {
        return recorded;
    }

    /** Whether the owner has given the generation up. */
    boolean released() {
        return released;
    }

    /** Whether the newest attempt copied a cached answer or that of another generation: Claude billed nothing for it. */
    boolean copied() {
        return copiedAttempt > 0 && copiedAttempt == cursor.attempt();
    }

    /** Whether any attempt did so. */
    boolean copiedEver() {
        return copiedAttempt > 0;
    }

    /** Whether the newest frames are those of a cached answer. */
    boolean cached() {
        return cached;
    }

    /** The calls to Claude as their owner has last written them down; none if the frames tell all. */
    List<Attempt> account() {
        try {
            return Account.decode(account);
        } catch (MalformedEventException e) {
            // Of a later version, or nobody's: then the frames have to do.
            return List.of();
        }
    }

    /** Whether the frames are the newest attempt's alone. */
    boolean allShownByNewest() {
        return attemptsShown == 1 && shownAttempt == cursor.attempt();
    }

    /** Whether an earlier attempt did so, and its owner has had to ask Claude after all. */
    boolean copiedBefore() {
        return copiedAttempt > 0 && copiedAttempt < cursor.attempt();
    }

    /** How many attempts have shown something to the reader. */
    int attemptsShown() {
        return attemptsShown;
    }
}
