package dev.parley.contracts.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A prompt that a model has read in a call to Claude, and what it has generated from it. Its price is that of its model and its own
 * length.
 *
 * @param usage of the first prompt of a call also what is counted for the call as a whole
 */
public record Prompt(String model, Usage usage) {
    /** The types of iterations that are in the counters of {@code usage} itself, all or the last. */
    private static final Set<String> ANSWERING = Set.of("message", "fallback_message");

    /**
     * The prompts of a call, at least one: its {@code iterations}, if Claude reports any of the answer. Its own counters are the sum
     * of the rounds of server tools; they leave out summaries of the conversation, advisors, and models that declined before a
     * fallback (docs.claude.com, "Compaction", "Advisor tool", "Refusals and fallback"), which are billed too.
     *
     * @param model of the call, for prompts without one
     */
    public static List<Prompt> of(String model, JsonNode usage) {
        JsonNode iterations = usage.path("iterations");
        boolean isItemised = iterations
                .valueStream()
                .anyMatch(iteration -> ANSWERING.contains(iteration.path("type").stringValue("")));
        List<Prompt> prompts = new ArrayList<>();
        Stream.concat(isItemised ? Stream.empty() : Stream.of(usage), iterations.valueStream())
                .map(counters -> new Prompt(counters.path("model").stringValue(model), Usage.tokens(counters, usage)))
                .forEach(prompts::add);
        Prompt first = prompts.getFirst();
        prompts.set(0, new Prompt(first.model(), first.usage().plus(Usage.besidesTokens(usage))));
        return prompts;
    }

    public static Usage total(List<Prompt> prompts) {
        return prompts.stream().map(Prompt::usage).reduce(Usage.NONE, Usage::plus);
    }
}
