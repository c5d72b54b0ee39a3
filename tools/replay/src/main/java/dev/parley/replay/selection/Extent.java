package dev.parley.replay.selection;

/**
 * A partition as the broker knows it.
 *
 * @param begin the first offset that is kept
 * @param end the first offset that is not there yet
 * @param since the first offset whose time is wanted; {@code end} if there is none yet, {@code begin} if none is asked
 */
public record Extent(int partition, long begin, long end, long since) {
    /** The stretch that has to be read for the query. */
    public Slice slice(Query query) {
        long start = Math.max(Math.max(begin, since), query.from().orElse(begin));
        if (query.follow()) {
            return new Slice(partition, Math.min(start, end), Long.MAX_VALUE);
        }
        return new Slice(partition, start, Math.min(end, query.to().orElse(end)));
    }
}
