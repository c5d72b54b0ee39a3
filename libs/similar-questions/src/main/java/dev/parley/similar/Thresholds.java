package dev.parley.similar;

/**
 * From which scores on an answer is reused.
 *
 * @param cosineMin of the vectors of both questions
 * @param closenessMin the least {@link #closeness}
 * @param guardMin the least estimate of the guard
 * @param nearGuardMin the same for a pair with a closeness of {@link #NEAR}, unless one question only adds to the other
 * @param judged whether a judge may decide on candidates that pass the lexical veto and miss a threshold
 */
public record Thresholds(double cosineMin, double closenessMin, double guardMin, double nearGuardMin, boolean judged) {
    /** Few errors. */
    public static final Thresholds STRICT = new Thresholds(0.94, 0.98, 0.97, 0.8, false);

    /** More hits, and more errors. */
    public static final Thresholds STANDARD = new Thresholds(0.88, 0.95, 0.97, 0.8, false);

    /** As {@link #STANDARD}, with a judge. */
    public static final Thresholds JUDGED = new Thresholds(0.88, 0.95, 0.97, 0.8, true);

    private static final double NEAR = 1.0;

    private static final double WORD_WEIGHT = 0.1;

    /**
     * Thresholds with another cosine, without a judge. The least closeness goes with it up to that of {@link #STRICT}, so that .88
     * gives {@link #STANDARD} and .94 {@link #STRICT}.
     */
    public static Thresholds of(double cosineMin) {
        double closeness = cosineMin + STANDARD.closenessMin - STANDARD.cosineMin;
        return new Thresholds(
                cosineMin,
                Math.min(STRICT.closenessMin, Math.round(closeness * 1e6) / 1e6),
                STANDARD.guardMin,
                STANDARD.nearGuardMin,
                false);
    }

    /**
     * The cosine of two questions, and a tenth of that of the word that is found least in the other question. Of two pairs with
     * the same cosine, the one that differs in a single word is the riskier one.
     */
    static double closeness(double cosine, double leastWord) {
        return cosine + WORD_WEIGHT * leastWord;
    }

    /** The least estimate of the guard; {@code adds} tells whether one question says all that the other one says, and more. */
    double guardMin(double closeness, boolean adds) {
        return adds || closeness < NEAR ? guardMin : nearGuardMin;
    }
}
