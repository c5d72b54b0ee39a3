package dev.parley.contracts.event;

import dev.parley.contracts.id.Fingerprint;

/**
 * The question of a request that may be answered with the answer to a similar one.
 *
 * @param mode any but {@link SimilarMode#OFF}
 * @param partition the fingerprint of the tenant and everything in the request but the question
 * @param text the text of the last message, at most {@link #LENGTH_MAX} characters
 */
public record SimilarQuestion(SimilarMode mode, Fingerprint partition, String text) {
    /** The longest text, in characters. */
    public static final int LENGTH_MAX = 1_000;
}
