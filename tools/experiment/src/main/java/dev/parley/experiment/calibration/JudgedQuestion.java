package dev.parley.experiment.calibration;

import dev.parley.contracts.id.ConversationId;
import java.util.OptionalDouble;

/**
 * A question that both models of a pair have answered.
 *
 * @param conversation all questions of one have the score of its first
 * @param score of the question
 * @param sufficient whether the cheaper model answers as well as the stronger one
 * @param savedUsd what the cheaper model's answer costs less, in US dollars; empty if unknown
 */
public record JudgedQuestion(ConversationId conversation, double score, boolean sufficient, OptionalDouble savedUsd) {}
