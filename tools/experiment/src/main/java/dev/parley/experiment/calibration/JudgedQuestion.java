package dev.parley.experiment.calibration;

import java.util.OptionalDouble;

/**
 * A question that both models of a pair have answered.
 *
 * @param score of the question
 * @param sufficient whether the cheaper model answers as well as the stronger one
 * @param savedUsd what the cheaper model's answer costs less, in US dollars; empty if unknown
 */
public record JudgedQuestion(double score, boolean sufficient, OptionalDouble savedUsd) {}
