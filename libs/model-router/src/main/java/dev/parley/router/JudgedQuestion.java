package dev.parley.router;

import java.util.OptionalDouble;

/**
 * A question that both models of a pair have answered.
 *
 * @param score of the question
 * @param cheaper the quality of the cheaper model's answer, from 0 to 1
 * @param strong the quality of the stronger model's answer
 * @param savedUsd what the cheaper model's answer costs less, in US dollars; empty if unknown
 */
public record JudgedQuestion(double score, double cheaper, double strong, OptionalDouble savedUsd) {
    /** Whether the cheaper model answers as well as the stronger one. */
    boolean sufficient() {
        return cheaper >= strong;
    }
}
