package dev.parley.contracts.event;

import dev.parley.contracts.id.Fingerprint;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * The question of a request that may be answered with the answer to a similar one.
 *
 * @param mode any but {@link SimilarMode#OFF}
 * @param cosineMin the least cosine with the other question; empty for that of the mode
 * @param partition the fingerprint of the tenant and everything in the request but the question
 * @param text the text of the last message, at most {@link #LENGTH_MAX} characters
 */
public record SimilarQuestion(SimilarMode mode, Optional<BigDecimal> cosineMin, Fingerprint partition, String text) {
    /** The longest text, in characters. */
    public static final int LENGTH_MAX = 1_000;

    /** The smallest {@link #cosineMin}: that of a candidate. */
    public static final BigDecimal COSINE_MIN_LEAST = new BigDecimal("0.78");

    /** The most decimal places of {@link #cosineMin}. */
    public static final int COSINE_MIN_PLACES_MAX = 4;

    /** With the thresholds of the mode. */
    public SimilarQuestion(SimilarMode mode, Fingerprint partition, String text) {
        this(mode, Optional.empty(), partition, text);
    }

    public SimilarQuestion withCosineMin(Optional<BigDecimal> other) {
        return new SimilarQuestion(mode, other, partition, text);
    }
}
