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

    private static final double CANDIDATE_MIN = 0.78;

    /** As far down as a judge permits most candidates. */
    private static final double JUDGED_CANDIDATE_MIN = 0.72;

    /** Equal vectors have at least this cosine, for rounding. */
    private static final double COSINE_OF_EQUAL = 1 - 1e-9;

    /** The least cosine of a candidate. */
    public double candidateMin() {
        return judged ? JUDGED_CANDIDATE_MIN : CANDIDATE_MIN;
    }

    /** The least cosine of a candidate whose text is compared. */
    public double comparedMin() {
        return judged ? candidateMin() : cosineMin;
    }

    /**
     * These with another cosine. The least estimate goes with it from that of {@link #STANDARD} to that of
     * {@link #STRICT}, so that .88 and .94 give these.
     */
    public Thresholds withCosineMin(double other) {
        double share = Math.clamp((other - STANDARD.cosineMin) / (STRICT.cosineMin - STANDARD.cosineMin), 0, 1);
        double guard = STANDARD.guardMin + share * (STRICT.guardMin - STANDARD.guardMin);
        return new Thresholds(Math.min(other, COSINE_OF_EQUAL), Math.round(guard * 1e6) / 1e6, judged);
    }
}
