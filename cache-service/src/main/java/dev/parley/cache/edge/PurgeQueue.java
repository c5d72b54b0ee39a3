package dev.parley.cache.edge;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The purges of changes that are not committed, by offset. Each change is purged twice: at once, and after {@code repeatAfter}, because
 * a cache may store a response that it had requested before the first purge. Owned by one thread.
 */
public final class PurgeQueue {
    /** A purge to make, {@code repeated} if it is the second one of its change. */
    public record Purge(long offset, EdgeChange change, boolean repeated, Instant due) {}

    private final TreeMap<Long, Purge> pending = new TreeMap<>();
    private final Duration repeatAfter;
    private final Duration retryInterval;
    private long next;

    public PurgeQueue(Duration repeatAfter, Duration retryInterval) {
        this.repeatAfter = repeatAfter;
        this.retryInterval = retryInterval;
    }

    /** Adds the change at an offset, above all before. */
    public void add(long offset, EdgeChange change, Instant now) {
        pending.put(offset, new Purge(offset, change, false, now));
        skip(offset);
    }

    /** Records an offset without a change. */
    public void skip(long offset) {
        next = offset + 1;
    }

    /** The oldest purge that is due, first ones before repeated ones. */
    public Optional<Purge> due(Instant now) {
        return due(now, false).or(() -> due(now, true));
    }

    private Optional<Purge> due(Instant now, boolean repeated) {
        return pending.values().stream()
                .filter(purge -> purge.repeated() == repeated && !purge.due().isAfter(now))
                .findFirst();
    }

    /** The cache has confirmed a purge. */
    public void confirmed(Purge purge, Instant now) {
        if (purge.repeated()) {
            pending.remove(purge.offset());
        } else {
            pending.put(purge.offset(), new Purge(purge.offset(), purge.change(), true, now.plus(repeatAfter)));
        }
    }

    /** The cache has not confirmed a purge. */
    public void failed(Purge purge, Instant now) {
        pending.put(
                purge.offset(), new Purge(purge.offset(), purge.change(), purge.repeated(), now.plus(retryInterval)));
    }

    public int size() {
        return pending.size();
    }

    /** The offset to commit: everything before it is purged. */
    public long position() {
        return pending.isEmpty() ? next : pending.firstKey();
    }

    /** Forgets all purges: another replica makes them. */
    public void clear() {
        pending.clear();
    }

    /** Sets the offset of the first change that will be added, when nothing is pending. */
    public void startAt(long offset) {
        next = offset;
    }
}
