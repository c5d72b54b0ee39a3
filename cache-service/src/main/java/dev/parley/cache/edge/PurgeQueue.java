package dev.parley.cache.edge;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The purges of changes that are not committed, by offset. Each change is purged twice: at once, and after {@code repeatAfter}, because
 * a cache may store a response that it had requested before the first purge. Times count from a fixed moment. Owned by one thread.
 */
public final class PurgeQueue {
    /**
     * A purge to make.
     *
     * @param reference identifies the change
     * @param repeated whether it is the second one of its change
     * @param tried whether a purge of its change was made, or one of it or of a change that it replaces has failed
     * @param due when it is to be made
     */
    public record Purge(
            long offset, String reference, EdgeChange change, boolean repeated, boolean tried, Duration due) {
        private Purge again(boolean second, Duration at) {
            return new Purge(offset, reference, change, second, true, at);
        }
    }

    /** What was not tried comes first, so that purges that keep failing do not delay it; then what is due for longest. */
    private static final Comparator<Purge> ORDER =
            Comparator.comparing(Purge::tried).thenComparing(Purge::due);

    private final TreeMap<Long, Purge> pending = new TreeMap<>();
    private final Duration repeatAfter;
    private final Duration retryInterval;
    private long next;

    public PurgeQueue(Duration repeatAfter, Duration retryInterval) {
        this.repeatAfter = repeatAfter;
        this.retryInterval = retryInterval;
    }

    /** Adds the change at an offset, above all before. Its purge replaces those that it makes unnecessary. */
    public void add(long offset, String reference, EdgeChange change, Duration now) {
        List<Purge> replaced = pending.values().stream()
                .filter(before -> !before.repeated() && change.covers(before.change()))
                .toList();
        pending.values().removeAll(replaced);
        boolean tried = replaced.stream().anyMatch(Purge::tried);
        pending.put(offset, new Purge(offset, reference, change, false, tried, now));
        skip(offset);
    }

    /** Records an offset without a change. */
    public void skip(long offset) {
        next = offset + 1;
    }

    /** The next purge that is due. */
    public Optional<Purge> due(Duration now) {
        return pending.values().stream()
                .filter(purge -> purge.due().compareTo(now) <= 0)
                .min(ORDER);
    }

    /** The cache has confirmed a purge. */
    public void confirmed(Purge purge, Duration now) {
        if (purge.repeated()) {
            pending.remove(purge.offset());
        } else {
            pending.put(purge.offset(), purge.again(true, now.plus(repeatAfter)));
        }
    }

    /** The cache has not confirmed a purge. */
    public void failed(Purge purge, Duration now) {
        pending.put(purge.offset(), purge.again(purge.repeated(), now.plus(retryInterval)));
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
