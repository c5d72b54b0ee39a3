package dev.parley.cache.edge;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
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
     * @param failed whether it, or one of a change of the same kind that it replaces, was not confirmed at its last attempt
     * @param due when it is to be made
     */
    public record Purge(
            long offset, String reference, EdgeChange change, boolean repeated, boolean failed, Duration due) {
        private boolean tried() {
            return repeated || failed;
        }
    }

    /**
     * What was not tried comes first, so that purges that keep failing do not delay it; of that, the withdrawals; then what is due
     * for longest.
     */
    private static final Comparator<Purge> ORDER = Comparator.comparing(Purge::tried)
            .thenComparing(purge -> purge.tried() || !purge.change().withdrawn())
            .thenComparing(Purge::due);

    /** Of the longest tags, 15 times two fit into a header line of 8 KB, which is Varnish's limit. */
    private static final int PURGES_OF_CALL_MAX = 15;

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
        boolean failed = replaced.stream()
                .anyMatch(before -> before.failed() && before.change().withdrawn() == change.withdrawn());
        pending.put(offset, new Purge(offset, reference, change, false, failed, now));
        skip(offset);
    }

    /** Records an offset without a change. */
    public void skip(long offset) {
        next = offset + 1;
    }

    /**
     * The next purges that are due, to be made by one call: all of withdrawals, or none. One that has failed is alone, because the
     * others would fail with it.
     */
    public List<Purge> due(Duration now) {
        List<Purge> due = pending.values().stream()
                .filter(purge -> purge.due().compareTo(now) <= 0)
                .sorted(ORDER)
                .toList();
        if (due.isEmpty() || due.getFirst().failed()) {
            return due.stream().limit(1).toList();
        }
        boolean withdrawn = due.getFirst().change().withdrawn();
        return due.stream()
                .filter(purge -> !purge.failed() && purge.change().withdrawn() == withdrawn)
                .limit(PURGES_OF_CALL_MAX)
                .toList();
    }

    public void confirmed(List<Purge> purges, Duration now) {
        for (Purge purge : purges) {
            if (purge.repeated()) {
                pending.remove(purge.offset());
            } else {
                put(purge, true, false, now.plus(repeatAfter));
            }
        }
    }

    public void failed(List<Purge> purges, Duration now) {
        purges.forEach(purge -> put(purge, purge.repeated(), true, now.plus(retryInterval)));
    }

    private void put(Purge purge, boolean repeated, boolean failed, Duration due) {
        pending.put(
                purge.offset(), new Purge(purge.offset(), purge.reference(), purge.change(), repeated, failed, due));
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
