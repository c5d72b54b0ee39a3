package dev.parley.experiment.trial;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.router.RequestTraits;
import dev.parley.router.RequestTraitsReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A turn that can be asked again: Claude gave the complete answer, the request refers to no state at Claude and has
 * no tools that Claude runs, and a judge can read all of it.
 *
 * @param request the Messages API request
 * @param message the answer
 */
public record PastTurn(TurnFacts facts, ObjectNode request, JsonNode message) {
    private static final Set<String> STATE = Set.of("thread", "container", "mcp_servers");

    /** How the types of tools begin that the client runs. What others add to the prompt, such as search results, has no bound. */
    private static final List<String> TOOLS_OF_CLIENTS =
            List.of("custom", "bash_", "text_editor_", "computer_", "memory_");

    /** The turn, if it can be asked again. */
    public static Optional<PastTurn> of(ChatCompleted turn) {
        TurnFacts facts = turn.facts();
        return answeredByClaude(facts)
                        && turn.message().path("content").size() > 0
                        && facts.request().tree() instanceof ObjectNode request
                        && canBeAskedAgain(request)
                        && canBeJudged(request, turn.message())
                ? Optional.of(new PastTurn(facts, request, turn.message()))
                : Optional.empty();
    }

    private static boolean answeredByClaude(TurnFacts facts) {
        return !facts.attempts().isEmpty() && facts.attempts().getLast().outcome().equals("completed");
    }

    private static boolean canBeAskedAgain(ObjectNode request) {
        return request.path("messages").size() > 0
                && STATE.stream().noneMatch(request::has)
                && request.path("tools").valueStream().allMatch(tool -> {
                    String type = tool.path("type").stringValue("custom");
                    return TOOLS_OF_CLIENTS.stream().anyMatch(type::startsWith);
                });
    }

    private static boolean canBeJudged(ObjectNode request, JsonNode message) {
        return JudgedContent.isReadable(request.path("system"))
                && request.path("messages")
                        .valueStream()
                        .allMatch(each -> JudgedContent.isReadable(each.path("content")))
                && JudgedContent.isReadable(message.path("content"));
    }

    /** The model that answered, as Claude names it. */
    public String model() {
        return message.path("model").stringValue(facts.attempts().getLast().model());
    }

    /** What the router looks at. */
    public RequestTraits traits() {
        return RequestTraitsReader.read(facts.request().bytes(), facts.cachePolicy() == CachePolicy.NO_CACHE);
    }

    /** The kind of question: the rule of the router that applies, else whether an answer precedes it. */
    public String kind() {
        return traits().rule().orElse(request.path("messages").size() > 1 ? "conversation" : "question");
    }

    /** The tokens of the prompt, as Claude counted them for the call that completed the answer. */
    long promptTokens() {
        Usage usage = facts.attempts().getLast().usage();
        return usage.inputTokens() + usage.cacheCreationInputTokens() + usage.cacheReadInputTokens();
    }

    long answerTokensMax() {
        return request.path("max_tokens").longValue(0);
    }

    /** What its answer took. The usage is that of all attempts, as its cost. */
    public AnswerFacts answer() {
        Attempt last = facts.attempts().getLast();
        return new AnswerFacts(
                model(),
                message.path("stop_reason").stringValue(""),
                facts.attempts().size() == 1 ? last.usage() : facts.usage(),
                facts.costUsd(),
                facts.timings().claudeFirstTokenMs(),
                facts.timings().claudeMs());
    }

    /** The request for another model, streamed. */
    public ObjectNode askOf(String model) {
        return request.deepCopy().put("model", model).put("stream", true);
    }
}
