package dev.parley.experiment.trial;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.price.Rates;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.router.RequestTraits;
import dev.parley.router.RequestTraitsReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A turn that can be asked again: Claude gave the complete answer to this request, the request refers to no state at Claude, has no
 * tools that Claude runs, names no other models to fall back to and asks for the rates of the price list, and a judge can read all
 * of it.
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

    /** Whether the whole answer is of a call for this request. A stored or shared one is of another turn, and so are its costs. */
    private static boolean answeredByClaude(TurnFacts facts) {
        boolean copied = facts.cache().isStored() || facts.cache() == CacheVerdict.SHARED;
        List<Attempt> answering = answering(facts);
        return !copied && !answering.isEmpty() && answering.getLast().outcome().equals("completed");
    }

    private static boolean canBeAskedAgain(ObjectNode request) {
        return request.path("messages").size() > 0
                && STATE.stream().noneMatch(request::has)
                && !request.has("fallbacks")
                && Rates.of(request) == Rates.LISTED
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

    /** The calls that were to answer the request, without those to a judge of similar questions. */
    private static List<Attempt> answering(TurnFacts facts) {
        return facts.attempts().stream().filter(Attempt::answers).toList();
    }

    /** Whether the services cache the answer, unless the request forbids it: it is complete, and none of a fallback. */
    public boolean isCached() {
        return new ChatCompleted(facts, message).endedWell()
                && answering(facts).stream()
                                .map(call -> Target.undated(call.model()))
                                .distinct()
                                .count()
                        == 1;
    }

    /** The model that answered, as Claude names it. The message of an answer that fell back names the one before. */
    public String model() {
        return last().model();
    }

    public RequestTraits traits() {
        return RequestTraitsReader.read(facts.request().bytes(), facts.cachePolicy() == CachePolicy.NO_CACHE);
    }

    /**
     * Whether the request ends with the beginning of the answer. Models since 4.6 refuse that (platform.claude.com, "Migration
     * guide"), and the judge takes the last message for the question.
     */
    public boolean isPrefilled() {
        JsonNode messages = request.path("messages");
        return messages.path(messages.size() - 1).path("role").stringValue("").equals("assistant");
    }

    /** The kind of question: the rule of the router that applies, else whether an answer precedes it. */
    public String kind() {
        return traits().rule().orElse(request.path("messages").size() > 1 ? "conversation" : "question");
    }

    /** The tokens of the prompt, as Claude counted them for the call that completed the answer. */
    long promptTokens() {
        return last().usage().promptTokens();
    }

    long answerTokensMax() {
        return request.path("max_tokens").longValue(0);
    }

    /** The tokens of the answer, as Claude counted them. */
    long answerTokens() {
        return facts.answerUsage().outputTokens();
    }

    /** What its answer cost, in US dollars, without a judge of similar questions; empty if a part of it is unknown. */
    public Optional<BigDecimal> costUsd() {
        return Attempt.totalUsd(answering(facts));
    }

    /** What its answer took. The usage is that of all calls that were to answer, as its cost. */
    public AnswerFacts answer() {
        return new AnswerFacts(
                model(),
                message.path("stop_reason").stringValue(""),
                facts.answerUsage(),
                costUsd(),
                facts.timings().claudeFirstTokenMs(),
                facts.timings().claudeMs());
    }

    /** The call that completed the answer. */
    private Attempt last() {
        return answering(facts).getLast();
    }

    public ObjectNode askOf(AskedModel model) {
        ObjectNode asked = request.deepCopy().put("stream", true);
        model.adapt(asked);
        return asked;
    }
}
