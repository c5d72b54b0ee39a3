package dev.parley.benchmarks.load;

/**
 * The part of a run in which pieces and gaps count, in nanoseconds after its beginning: when all streams are open, say.
 */
public record Window(long from, long until) {
    public static final Window ALL = new Window(0, Long.MAX_VALUE);

    boolean has(long sinceBegin) {
        return sinceBegin >= from && sinceBegin < until;
    }
}
