package dev.parley.inference.generation;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.event.Selection;

/**
 * The models for a request that names an alias.
 *
 * @param selection the model to ask first, and why
 * @param other the model to ask if that one fails and has no configured fallbacks
 */
public record ModelChoice(Selection selection, String other) {
    AnsweredBy answeredBy() {
        return new AnsweredBy(selection.model(), selection.reasonOfModel());
    }
}
