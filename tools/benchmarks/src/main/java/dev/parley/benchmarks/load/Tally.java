package dev.parley.benchmarks.load;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one run has seen. Times are in nanoseconds and count from when a request was due, not from when it could be sent.
 * Owned by the generator's event loop until the run has ended.
 */
public final class Tally {
    private static final long NANOS_MAX = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram toFirstByte = histogram();
    private final Histogram toFirstText = histogram();
    private final Histogram toEnd = histogram();
    private final Histogram gaps = histogram();
    private final Histogram lateness = histogram();
    private final Map<Flaw, Integer> flaws = new EnumMap<>(Flaw.class);
    private String firstFlaw = "";
    private int asked;
    private int answered;
    private long pieces;
    private long lastEnd;

    public static Histogram histogram() {
        return new Histogram(1, NANOS_MAX, DIGITS);
    }

    void asked(long late) {
        asked++;
        lateness.recordValue(bounded(late));
    }

    void firstByte(long after) {
        toFirstByte.recordValue(bounded(after));
    }

    void firstText(long after) {
        toFirstText.recordValue(bounded(after));
    }

    void gap(long nanos) {
        gaps.recordValue(bounded(nanos));
    }

    void pieces(int count) {
        pieces += count;
    }

    void answered(long after, long sinceBegin) {
        answered++;
        toEnd.recordValue(bounded(after));
        lastEnd = Math.max(lastEnd, sinceBegin);
    }

    void flaw(Flaw flaw, String what) {
        flaws.merge(flaw, 1, Integer::sum);
        if (firstFlaw.isEmpty()) {
            firstFlaw = flaw + ": " + what;
        }
    }

    private static long bounded(long nanos) {
        return Math.clamp(nanos, 1, NANOS_MAX);
    }

    /** To the first byte of the response's body. */
    public Histogram toFirstByte() {
        return toFirstByte;
    }

    /** To the first piece of the answer's text. */
    public Histogram toFirstText() {
        return toFirstText;
    }

    /** To the last byte of right answers. */
    public Histogram toEnd() {
        return toEnd;
    }

    /** Between two pieces of text of one answer, within the window of the run. */
    public Histogram gaps() {
        return gaps;
    }

    /** How late the generator itself was. */
    public Histogram lateness() {
        return lateness;
    }

    public int asked() {
        return asked;
    }

    /** Right answers. */
    public int answered() {
        return answered;
    }

    /** Pieces of text within the window of the run. */
    public long pieces() {
        return pieces;
    }

    /** When the last right answer was complete, after the beginning of the run. */
    public long lastEnd() {
        return lastEnd;
    }

    public int errors() {
        return flaws.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** What went wrong first, empty if nothing did. */
    public String firstFlaw() {
        return firstFlaw;
    }

    /** This run and another, as one. */
    public Tally plus(Tally other) {
        Tally sum = new Tally();
        for (Tally one : new Tally[] {this, other}) {
            sum.toFirstByte.add(one.toFirstByte);
            sum.toFirstText.add(one.toFirstText);
            sum.toEnd.add(one.toEnd);
            sum.gaps.add(one.gaps);
            sum.lateness.add(one.lateness);
            one.flaws.forEach((flaw, count) -> sum.flaws.merge(flaw, count, Integer::sum));
            sum.firstFlaw = sum.firstFlaw.isEmpty() ? one.firstFlaw : sum.firstFlaw;
            sum.asked += one.asked;
            sum.answered += one.answered;
            sum.pieces += one.pieces;
            sum.lastEnd = Math.max(sum.lastEnd, one.lastEnd);
        }
        return sum;
    }
}
