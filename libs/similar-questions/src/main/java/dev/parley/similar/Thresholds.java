package dev.parley.similar;

/**
 * From which scores on an answer is reused.
 *
 * @param cosineMin of the vectors of both questions
 * @param guardMin the least estimate of the guard
 * @param addingGuardMin the same, if one question says everything that the other one says, and more
 * @param judged whether a judge may decide on candidates that pass the lexical veto and miss a threshold
 */
public record Thresholds(double cosineMin, double guardMin, double addingGuardMin, boolean judged) {
    /** Few errors. */
    public static final Thresholds STRICT = new Thresholds(0.92, 0.9, 0.97, false);

    /** More hits, and errors within the promised bound. */
    public static final Thresholds STANDARD = new Thresholds(0.86, 0.8, 0.95, false);

    /** As {@link #STANDARD}, with a judge. */
    public static final Thresholds JUDGED = new Thresholds(0.86, 0.8, 0.95, true);
}
