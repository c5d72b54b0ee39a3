package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.gateway.GatewayClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers to similar questions, for keys that permit them. */
@FaultStory
class SimilarSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final Simulator SIMULATOR = new Simulator(STACK);
    private static final String QUESTION = "How do I return a damaged parcel to the shop in Oslo within 14 days?";
    private static final String PARAPHRASE = "How can I return a damaged parcel to the shop in Oslo within 14 days?";

    /** Too far for the threshold. */
    private static final String FAR_PARAPHRASE =
            "How do I send a faulty delivery back to the shop in Oslo within 14 days?";

    /** Rejected by the guard. */
    private static final String OTHER_MATTER = "Where do I return a damaged parcel to the shop in Oslo within 14 days?";

    private final SimilarRequests questions = new SimilarRequests();
    private IssuedKey key;
    private ChatClient chat;

    @BeforeEach
    void createKey() throws Exception {
        key = IssuedKey.similar(STACK, "acme", "standard");
        chat = key.at(0);
    }

    @AfterEach
    void everyRequestHasOneTurn() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARAPHRASE,
                "Hi, how can I return a damaged parcel to the shop in Oslo within 14 days? Thanks!",
                "What do I have to do to return a damaged parcel to the shop in Oslo within 14 days?",
            })
    void answersAParaphraseWithTheSameEvents(String paraphrase) throws Exception {
        Answer first = stored();

        Answer similar = ask(chat, paraphrase);

        assertThat(similar.cache()).as(similar.header("x-parley-similar")).isEqualTo("similar");
        assertThat(similar.events()).isEqualTo(first.events());
        assertThat(similar.header("x-parley-source")).isEqualTo(first.generation());
        assertThat(Double.parseDouble(similar.header("x-parley-similarity"))).isBetween(0.86, 1.001);
    }

    @Test
    void answersAParaphraseOfThePageAndOfAChatCompletion() throws Exception {
        Answer first = stored();

        Answer page = questions.ask(PARAPHRASE, request -> {
            request.putObject("cache_control").put("type", "ephemeral");
            return chat.ask(request);
        });
        Answer completion = questions.ask(PARAPHRASE, this::askOpenAi);

        assertThat(page.header("x-parley-source")).isEqualTo(first.generation());
        assertThat(completion.header("x-parley-source")).isEqualTo(first.generation());
    }

    /** The same request as a chat completion with a system message. */
    private Answer askOpenAi(ObjectNode request) throws Exception {
        JsonNode system = request.remove("system");
        request.withArray("messages").insertObject(0).put("role", "system").set("content", system);
        return chat.sendJson("POST", "/v1/chat/completions", request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How do I not return a damaged parcel to the shop in Oslo within 14 days?    | lexical:negation",
                "How do I return a damaged parcel to the shop in Oslo within 30 days?        | lexical:numbers",
                "How do I return a damaged parcel to the shop in Bergen within 14 days?      | threshold",
                "How do I bake bread?                                                        | candidates",
                "How do I return a damaged parcel today?                                     | ineligible:time",
            })
    void asksClaudeAnotherQuestionAndTellsWhy(String other, String gate) throws Exception {
        stored();

        Answer answer = ask(chat, other);

        assertThat(answer.cache()).isEqualTo("miss");
        assertThat(answer.header("x-parley-similar")).isEqualTo(gate);
        assertThat(answer.header("x-parley-source")).isEmpty();
    }

    @Test
    void neverCrossesTenantsOrRequestsThatDifferInMore() throws Exception {
        stored();
        ChatClient other = IssuedKey.similar(STACK, "globex", "standard").at(0);
        ObjectNode briefly = asking(PARAPHRASE);
        briefly.put("system", "Be brief. " + briefly.path("system").stringValue(""));
        ObjectNode later = asking(PARAPHRASE);
        later.withArray("messages").insertObject(0).put("role", "assistant").put("content", "Hello.");
        later.withArray("messages").insertObject(0).put("role", "user").put("content", "Hello.");

        assertThat(ask(other, PARAPHRASE).header("x-parley-similar")).isEqualTo("candidates");
        assertThat(chat.ask(briefly).cache()).isEqualTo("miss");
        assertThat(chat.ask(later).cache()).isEqualTo("miss");
        assertThat(ask(chat, PARAPHRASE).cache()).isEqualTo("similar");
    }

    @Test
    void asksClaudeIfTheRequestOrTheKeyForbidsSimilarAnswers() throws Exception {
        stored();
        assertThat(chat.ask(asking(PARAPHRASE), "x-parley-similar", "off").cache())
                .isEqualTo("miss");
        ChatClient off = IssuedKey.similar(STACK, "acme", "off").at(0);
        Answer plain = off.ask(asking("How may I return a damaged parcel to the shop in Oslo within 14 days?"));
        assertThat(plain.cache()).isEqualTo("miss");
        assertThat(plain.header("x-parley-similar")).isEmpty();
        assertThat(chat.ask(asking(PARAPHRASE), "x-parley-similar", "maybe").status())
                .isEqualTo(400);
    }

    @Test
    void recordsTheScoresInTheTurn() throws Exception {
        Answer first = stored();
        String generation = ask(chat, PARAPHRASE).generation();

        TurnFacts facts = new TurnEvents(STACK).of(generation).facts();

        assertThat(facts.cache()).isEqualTo(CacheVerdict.SIMILAR);
        assertThat(facts.attempts()).isEmpty();
        assertThat(facts.similar()).hasValueSatisfying(check -> {
            assertThat(check.gate()).isEqualTo("reused");
            assertThat(check.similarity().orElseThrow()).isGreaterThan(0.86);
            assertThat(check.source().orElseThrow().value()).isEqualTo(first.generation());
        });
    }

    @Test
    void forgetsTheQuestionWithItsConversation() throws Exception {
        String conversation = "conv-" + UUID.randomUUID();
        Answer first = questions.stored(QUESTION, request -> chat.ask(request, "x-parley-conversation", conversation));
        assertThat(ask(chat, PARAPHRASE).header("x-parley-source")).isEqualTo(first.generation());

        assertThat(chat.delete("/v1/conversations/" + conversation).status()).isIn(200, 202);

        Eventually.value(
                () -> ask(chat, PARAPHRASE).header("x-parley-source"), source -> !source.equals(first.generation()));
    }

    @Test
    void reusesNoAnswerForAWordingAfterItWasRatedDown() throws Exception {
        Answer first = stored();
        Answer similar = ask(chat, PARAPHRASE);
        assertThat(similar.header("x-parley-source")).isEqualTo(first.generation());

        assertThat(rate(key, similar, Map.of("rating", "sideways")).status()).isEqualTo(400);
        assertThat(rate(IssuedKey.similar(STACK, "globex", "off"), similar, Map.of("rating", "down"))
                        .status())
                .isEqualTo(404);
        assertThat(rate(key, similar, Map.of("rating", "down", "comment", "Another shop."))
                        .status())
                .isEqualTo(200);

        Eventually.value(
                () -> ask(chat, PARAPHRASE).header("x-parley-source"), source -> !source.equals(first.generation()));
        assertThat(ask(chat, "What do I have to do to return a damaged parcel to the shop in Oslo within 14 days?")
                        .cache())
                .isEqualTo("similar");
    }

    @Test
    void servesNoEvictedAnswer() throws Exception {
        Answer first = stored();
        assertThat(ask(chat, PARAPHRASE).header("x-parley-source")).isEqualTo(first.generation());

        assertThat(evict(first.generation(), key.secret()).status()).isEqualTo(401);
        assertThat(ask(chat, PARAPHRASE).cache()).isEqualTo("similar");
        try (GatewayClient operator = new GatewayClient(STACK.gateway(0), LocalStack.ADMIN_KEY)) {
            operator.evict(first.generation());
        }

        // The wordings differ only in marks that mean nothing, so a miss is stored as a question of its own.
        Answer missed = Eventually.value(
                () -> ask(chat, PARAPHRASE),
                answer -> !answer.header("x-parley-source").equals(first.generation()));
        assertThat(missed.cache()).isEqualTo("miss");
    }

    private static Answer evict(String generation, String key) throws Exception {
        return new ChatClient(STACK.gateway(0), key).delete("/v1/cache/" + generation);
    }

    private static Answer rate(IssuedKey key, Answer answer, Map<String, String> rating) throws Exception {
        return key.at(0).sendJson("POST", "/v1/generations/" + answer.generation() + "/feedback", rating);
    }

    @Test
    void asksTheJudgeOnceAndKeepsTheWording() throws Exception {
        chat = IssuedKey.similar(STACK, "acme", "judged").at(0);
        SIMULATOR.judge(Map.of("same", List.of(List.of(QUESTION, FAR_PARAPHRASE))));
        judgeAnswers(FAR_PARAPHRASE, "first_token_ms=0");
        Answer first = stored();

        Answer judged = ask(chat, FAR_PARAPHRASE);
        Answer again = Eventually.value(
                () -> ask(chat, "Hello, " + FAR_PARAPHRASE),
                answer -> answer.header("x-parley-similar").equals("reused:alias"));

        assertThat(judged.header("x-parley-similar")).isEqualTo("reused:judge");
        assertThat(judged.cache()).isEqualTo("similar");
        assertThat(judged.events()).isEqualTo(first.events());
        assertThat(judged.header("x-parley-source")).isEqualTo(first.generation());
        assertThat(again.events()).isEqualTo(first.events());
        assertThat(new TurnEvents(STACK).of(judged.generation()).facts().attempts())
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.purpose()).contains(Attempt.JUDGE);
                    assertThat(call.model()).isEqualTo("claude-haiku-5-5");
                    assertThat(call.costUsd().orElseThrow()).isPositive();
                });
        assertThat(new TurnEvents(STACK).of(again.generation()).facts().attempts())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"judged, , judge:no", "judged, fault=overloaded, judge:failed", "judged, text=Yes., judge:unclear"})
    void asksClaudeIfTheJudgeDoesNotPermitTheAnswer(String mode, String directives, String gate) throws Exception {
        chat = IssuedKey.similar(STACK, "acme", mode).at(0);
        Answer first = stored();
        judgeAnswers(OTHER_MATTER, "first_token_ms=0 " + (directives == null ? "" : directives));

        Answer answer = ask(chat, OTHER_MATTER);

        assertThat(answer.header("x-parley-similar")).isEqualTo(gate);
        assertThat(answer.cache()).isEqualTo("miss");
        assertThat(answer.events()).isNotEqualTo(first.events());
        assertThat(new TurnEvents(STACK).of(answer.generation()).facts().attempts())
                .extracting(Attempt::purpose)
                .containsExactly(Optional.of(Attempt.JUDGE), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "first_token_ms=0, first_token_ms=20000, similar, reused:judge, completed cancelled",
        "first_token_ms=20000, first_token_ms=0, miss, judge:late, cancelled completed",
    })
    void hedgesBetweenTheJudgeAndClaude(String judge, String claude, String cache, String gate, String outcomes)
            throws Exception {
        chat = IssuedKey.similar(STACK, "acme", "hedged").at(0);
        SIMULATOR.judge(Map.of("same", List.of(List.of(QUESTION, FAR_PARAPHRASE))));
        stored();
        // The first that fits is taken, and only the judge's request contains the section.
        judgeAnswers(FAR_PARAPHRASE, judge);
        SIMULATOR.script(FAR_PARAPHRASE, claude);

        Answer answer = ask(chat, FAR_PARAPHRASE);

        assertThat(answer.header("x-parley-similar")).isEqualTo(gate);
        assertThat(answer.cache()).isEqualTo(cache);
        assertThat(TurnEvents.attempts(new TurnEvents(STACK).of(answer.generation())))
                .isEqualTo(outcomes);
    }

    private static void judgeAnswers(String question, String directives) throws Exception {
        SIMULATOR.script("<new_question>\n" + question, directives.strip());
    }

    /** The answer to the question, once the question is stored. */
    private Answer stored() throws Exception {
        return questions.stored(chat, QUESTION);
    }

    private Answer ask(ChatClient client, String question) throws Exception {
        return questions.ask(client, question);
    }

    private ObjectNode asking(String question) {
        return questions.asking(question);
    }
}
