package dev.parley.similar;

/**
 * From which scores on an answer is reused.
 *
 * @param cosineMin of the vectors of both questions
 * @param guardMin the least estimate of the {@link Guard}
 * @param judged whether a judge may decide on candidates that pass the lexical veto and miss a threshold
 */
public record Thresholds(double cosineMin, double guardMin, boolean judged) {
    /** Few errors. */
    public static final Thresholds STRICT = new Thresholds(0.94, 0.95, false);

    /** More hits, and more errors. */
    public static final Thresholds STANDARD = new Thresholds(0.88, 0.8, false);

    /** As {@link #STANDARD}, with a judge. */
    public static final Thresholds JUDGED = new Thresholds(STANDARD.cosineMin, STANDARD.guardMin, true);

    /** Thresholds with another cosine, without a judge. */
    public static Thresholds of(double cosineMin) {
        return new Thresholds(cosineMin, STANDARD.guardMin, false);
    }
}
