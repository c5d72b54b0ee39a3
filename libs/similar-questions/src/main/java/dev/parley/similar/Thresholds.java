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
    public static final Thresholds STRICT = new Thresholds(0.94, 0.9, false);

    /** More hits, and more errors. */
    public static final Thresholds STANDARD = new Thresholds(0.88, 0.8, false);

    /** As {@link #STANDARD}, with a judge. */
    public static final Thresholds JUDGED = new Thresholds(STANDARD.cosineMin, STANDARD.guardMin, true);

    /** The least cosine of a candidate whose text is compared. */
    public double comparedMin() {
        return judged ? SimilarQuestions.CANDIDATE_COSINE_MIN : cosineMin;
    }

    /**
     * Thresholds with another cosine, without a judge. The least estimate goes with it from that of {@link #STANDARD} to that of
     * {@link #STRICT}, so that .88 and .94 give these.
     */
    public static Thresholds of(double cosineMin) {
        double share = Math.clamp((cosineMin - STANDARD.cosineMin) / (STRICT.cosineMin - STANDARD.cosineMin), 0, 1);
        double guardMin = STANDARD.guardMin + share * (STRICT.guardMin - STANDARD.guardMin);
        return new Thresholds(cosineMin, Math.round(guardMin * 1e6) / 1e6, false);
    }
}
