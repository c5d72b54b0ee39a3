package dev.parley.router;

import java.util.OptionalDouble;

/**
 * The choice between the models of a pair.
 *
 * @param model the chosen one
 * @param reason {@code score}, or the rule that applied
 * @param suffices the probability that the cheaper model suffices, by the calibration; empty if a rule applied
 */
public record ModelDecision(String model, String reason, OptionalDouble suffices) {}
