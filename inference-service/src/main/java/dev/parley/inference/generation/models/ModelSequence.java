package dev.parley.inference.generation.models;

import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.model.LeastThinking;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The models for one generation: the one to ask, and those to ask instead if it fails. Owned by the thread of the generation. */
public final class ModelSequence {
    private static final String FALLBACK = "fallback";

    private final Optional<ModelChoice> choice;
    private final Deque<String> others;
    private String current;
    private boolean fellBack;

    /**
     * @param choice empty if the request names a model
     * @param fallbacksOf the models to ask instead of a model, in order
     */
    public ModelSequence(
            ChatRequested requested, Optional<ModelChoice> choice, Function<String, List<String>> fallbacksOf) {
        this.choice = choice;
        this.current = choice.map(made -> made.selection().model()).orElseGet(requested::model);
        this.others = fallbacksOf.apply(current).stream()
                .filter(requested.permittedModels()::include)
                .collect(Collectors.toCollection(ArrayDeque::new));
        if (others.isEmpty()) {
            choice.map(ModelChoice::other).ifPresent(others::add);
        }
    }

    public String current() {
        return current;
    }

    public boolean hasOther() {
        return !others.isEmpty();
    }

    public void askOther() {
        current = others.remove();
        fellBack = true;
    }

    /** Continues an answer with the model that gave it so far, if that is a fallback: the chosen one may still fail. */
    public void continueWith(String answering) {
        String name = new KnownModels(
                        Stream.concat(Stream.of(current), others.stream()).toList())
                .nameOf(answering);
        while (!current.equals(name) && others.contains(name)) {
            askOther();
        }
    }

    /** Whether another model than the chosen one has been asked. */
    public boolean fellBack() {
        return fellBack;
    }

    /** What readers are told of the current model; empty if the request names one. */
    public Optional<AnsweredBy> answeredBy() {
        return choice.map(made -> fellBack ? new AnsweredBy(current, FALLBACK) : made.answeredBy());
    }

    /** How the first model was chosen; empty if the request names one. */
    public Optional<Selection> selection() {
        return choice.map(ModelChoice::selection);
    }

    /** Of the current model, if it was chosen. */
    public Optional<LeastThinking> leastThinking() {
        return choice.map(made -> made.leastThinking().apply(current));
    }
}
