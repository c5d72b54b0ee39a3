package dev.parley.inference.generation;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.model.LeastThinking;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The models for one generation: the one to ask, and those to ask instead if it fails. Owned by the thread of the generation. */
final class ModelSequence {
    private static final String FALLBACK = "fallback";

    private final Optional<ModelChoice> choice;
    private final Deque<String> others;
    private String current;
    private boolean fellBack;

    /**
     * @param choice empty if the request names a model
     */
    ModelSequence(ChatRequested requested, Optional<ModelChoice> choice, RetrySettings settings) {
        this.choice = choice;
        this.current = choice.map(made -> made.selection().model()).orElseGet(requested::model);
        this.others = settings.fallbacksOf(current).stream()
                .filter(requested.permittedModels()::include)
                .collect(Collectors.toCollection(ArrayDeque::new));
        if (others.isEmpty()) {
            choice.map(ModelChoice::other).ifPresent(others::add);
        }
    }

    String current() {
        return current;
    }

    boolean hasOther() {
        return !others.isEmpty();
    }

    void askOther() {
        current = others.remove();
        fellBack = true;
    }

    /** Continues an answer with the model that gave it so far, if that is a fallback: the chosen one may still fail. */
    void continueWith(String answering) {
        String name = new KnownModels(
                        Stream.concat(Stream.of(current), others.stream()).toList())
                .nameOf(answering);
        while (!current.equals(name) && others.contains(name)) {
            askOther();
        }
    }

    /** Whether another model than the chosen one has been asked. */
    boolean fellBack() {
        return fellBack;
    }

    /** What readers are told of the current model; empty if the request names one. */
    Optional<AnsweredBy> answeredBy() {
        return choice.map(made -> fellBack ? new AnsweredBy(current, FALLBACK) : made.answeredBy());
    }

    /** How the first model was chosen; empty if the request names one. */
    Optional<Selection> selection() {
        return choice.map(ModelChoice::selection);
    }

    /** Of the current model, if it was chosen. */
    Optional<LeastThinking> leastThinking() {
        return choice.map(made -> made.leastThinking().apply(current));
    }
}
