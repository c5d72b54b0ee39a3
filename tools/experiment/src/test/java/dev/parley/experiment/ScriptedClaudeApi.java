package dev.parley.experiment;

import dev.parley.contracts.event.Usage;
import dev.parley.experiment.trial.ClaudeApi;
import dev.parley.experiment.trial.Reply;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers every model; as a judge it prefers the answer that a rule prefers. Records the requests. */
public final class ScriptedClaudeApi implements ClaudeApi {
    public final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final Function<String, String> judge;

    /**
     * A script.
     *
     * @param judge the answer of the judge to a prompt: {@code 1}, {@code 2}, {@code neither}, or something else
     */
    public ScriptedClaudeApi(Function<String, String> judge) {
        this.judge = judge;
    }

    @Override
    public Reply ask(ObjectNode request) {
        requests.add(request);
        String model = request.path("model").stringValue("");
        String text = model.equals(ExampleTrials.JUDGE)
                ? "{\\\"better\\\":\\\"%s\\\"}"
                        .formatted(judge.apply(request.at("/messages/0/content").stringValue("")))
                : "From the asked model.";
        return new Reply.Answered(
                ExampleTrials.message(model, text), new Usage(10, 10, 0, 0), OptionalDouble.of(100), 300);
    }

    /** The same, but calls of one model are refused, and not billed. */
    public ClaudeApi without(String model, int status, String reason) {
        return request -> request.path("model").stringValue("").equals(model)
                ? new Reply.Refused(status, reason, false)
                : ask(request);
    }

    public long asked(String model) {
        return requests.stream()
                .filter(request -> request.path("model").stringValue("").equals(model))
                .count();
    }
}
