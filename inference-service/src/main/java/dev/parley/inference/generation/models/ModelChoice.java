package dev.parley.inference.generation.models;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.model.LeastThinking;
import java.util.function.Function;

/**
 * The models for a request that names an alias.
 *
 * @param selection the model to ask first, and why
 * @param other the model to ask if that one fails and has no configured fallbacks that the key may use
 * @param leastThinking of a model
 */
public record ModelChoice(Selection selection, String other, Function<String, LeastThinking> leastThinking) {
    AnsweredBy answeredBy() {
        return new AnsweredBy(selection.model(), selection.reasonOfModel());
    }
}
