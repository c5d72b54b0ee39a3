package dev.parley.gateway.conversation;

import dev.parley.contracts.id.GenerationId;
import java.util.Optional;
import java.util.Set;

/**
 * The last answer of a stored history.
 *
 * @param requested the model in its request, or an alias
 * @param model the model that answered
 * @param stopReason why it ended; empty if unknown
 * @param escalates the earlier answer that did not suffice, because of which the stronger model was to answer
 */
public record LastAnswer(
        GenerationId generation, String requested, String model, String stopReason, Optional<GenerationId> escalates) {
    /** Answers that end so are not what the user wanted. */
    private static final Set<String> CUT_SHORT = Set.of("max_tokens", "refusal");

    /** Whether the next answer of a conversation with an alias is the stronger model's, whatever the question. */
    public boolean requires(String stronger) {
        return escalates.isPresent() || (CUT_SHORT.contains(stopReason) && !model.startsWith(stronger));
    }
}
