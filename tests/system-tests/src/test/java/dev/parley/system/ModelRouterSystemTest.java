package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.GenerationId;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Requests for an alias: the router chooses the model that answers. */
@FaultStory
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ModelRouterSystemTest {
    private static final String STRONG = "claude-sonnet-5-5";
    private static final String CHEAPER = "claude-haiku-5-5";
    private static final String ESCALATE = "x-parley-escalate";
    private static final String AT_ONCE = "first_token_ms=0 tokens=5";

    /** By it, the cheaper model suffices for every question. */
    private static final String CALIBRATION = """
            # pair: claude-sonnet-5-5 claude-haiku-5-5
            # questions: 1000
            score,suffices,strong_share,quality_loss
            1000,0.97,0,0.01
            """;

    @TempDir
    private static Path directory;

    private static LocalStack stack;
    private static ChatClient chat;
    private static TurnEvents turns;

    @BeforeAll
    static void start() throws IOException {
        Path calibration = Files.writeString(directory.resolve("auto.csv"), CALIBRATION);
        String aliases = """
                {"parley":{"aliases":[
                  {"name":"auto","strong":"%1$s","cheaper":"%2$s","mode":"on","calibration":"%3$s"},
                  {"name":"auto-opus","strong":"claude-opus-5-5","cheaper":"%1$s","mode":"shadow"}]}}
                """.formatted(STRONG, CHEAPER, calibration);
        stack = LocalStack.start(
                new StackSettings().environment("inference-service", Map.of("SPRING_APPLICATION_JSON", aliases)));
        chat = new ChatClient(stack.gateway(0));
        turns = new TurnEvents(stack);
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
        stack.close();
    }

    @Test
    void theCheaperModelAnswersAndIsNamed() throws Exception {
        Answer answer = chat.ask(easy());

        assertAnsweredBy(answer, CHEAPER, "score");
        assertThat(answer.events().getFirst().at("/message/model").stringValue())
                .startsWith(CHEAPER);
        Turn turn = turns.of(answer.generation());
        assertThat(turn.facts().model()).isEqualTo("auto");
        assertThat(turn.facts().attempts().getFirst().model()).startsWith(CHEAPER);
        assertThat(turn.facts().costUsd())
                .get()
                .satisfies(cost -> assertThat(cost).isPositive());
        assertThat(turn.facts().selection()).get().satisfies(selection -> {
            assertThat(selection.model()).isEqualTo(CHEAPER);
            assertThat(selection.suffices()).hasValue(0.97);
        });
    }

    @Test
    void openAisApiNamesItToo() throws Exception {
        ObjectNode request =
                JsonMapper.shared().createObjectNode().put("model", "auto").set("messages", easy().path("messages"));

        Answer answer = chat.sendJson("POST", "/v1/chat/completions", request);

        assertAnsweredBy(answer, CHEAPER, "score");
        assertThat(answer.json().path("model").stringValue()).startsWith(CHEAPER);
    }

    @Test
    void aRuleRequiresTheStrongerModel() throws Exception {
        ObjectNode request = easy();
        request.putArray("tools")
                .addObject()
                .put("name", "clock")
                .put("description", "The time")
                .putObject("input_schema")
                .put("type", "object");

        assertAnsweredBy(chat.ask(request), STRONG, "tools");
    }

    /** Each model refuses the types of the others. */
    @ParameterizedTest
    @ValueSource(strings = {"disabled", "between_tools"})
    void eachModelAcceptsTheRequestForAsLittleThinkingAsPossible(String type) throws Exception {
        ObjectNode request = easy();
        request.putObject("thinking").put("type", type);

        assertAnsweredBy(chat.ask(request), CHEAPER, "score");
        assertAnsweredBy(chat.ask(request.deepCopy().put("max_tokens", 16_001)), STRONG, "long-answer");
        assertAnsweredBy(chat.ask(request.deepCopy().put("model", "auto-opus")), "claude-opus-5-5", "shadow");
    }

    @Test
    void anObjectionMovesTheConversationUp() throws Exception {
        ObjectNode request = easy();
        var messages = request.withArray("/messages");
        messages.addObject().put("role", "assistant").put("content", "On the left bank.");
        messages.addObject().put("role", "user").put("content", "That's wrong. [[sim: " + AT_ONCE + "]]");

        assertAnsweredBy(chat.ask(request), STRONG, "objection");
    }

    @Test
    void theStrongerModelAnswersIfTheCheaperOneFails() throws Exception {
        Answer answer = chat.ask(question(AT_ONCE + " fault=overloaded,overloaded,overloaded,overloaded"));

        assertAnsweredBy(answer, STRONG, "fallback");
        assertThat(TurnEvents.attempts(turns.of(answer.generation())))
                .isEqualTo("refused refused refused refused completed");
    }

    @Test
    void shadowRecordsTheChoiceOnly() throws Exception {
        Answer answer = chat.ask(easy().put("model", "auto-opus"));

        assertAnsweredBy(answer, "claude-opus-5-5", "shadow");
        Selection selection = turns.of(answer.generation()).facts().selection().orElseThrow();
        assertThat(selection.mode()).isEqualTo("shadow");
        assertThat(selection.reason()).isEqualTo("score");
        assertThat(selection.suffices()).isPresent();
    }

    @Test
    void aRepeatedQuestionHasTheAnswerOfTheChosenModel() throws Exception {
        ObjectNode request = easy();
        chat.ask(request);

        Answer again = chat.askUntilCached(request);

        assertThat(again.header("x-parley-model")).startsWith(CHEAPER);
        assertThat(again.header("x-parley-model-reason")).isEqualTo("cached");
    }

    @Test
    void itsReaderAsksTheStrongerModel() throws Exception {
        ObjectNode request = easy();
        Answer insufficient = chat.ask(request);
        chat.askUntilCached(request);

        Answer escalated = chat.ask(request, ESCALATE, insufficient.generation());

        assertAnsweredBy(escalated, STRONG, "escalated");
        assertThat(escalated.cache()).as("not the answer of the cheaper model").isEqualTo("miss");
        TurnFacts facts = turns.of(escalated.generation()).facts();
        assertThat(facts.escalates()).contains(new GenerationId(insufficient.generation()));
        assertThat(facts.selection().orElseThrow().reason()).isEqualTo("escalated");
        assertThat(chat.ask(request).header("x-parley-model")).startsWith(CHEAPER);
    }

    @Test
    void onlyAnAnswerOfTheAliasCanBeEscalated() throws Exception {
        Answer named = chat.ask(easy().put("model", CHEAPER));

        Answer refused = chat.ask(easy(), ESCALATE, named.generation());
        Answer inOpenAisFormat = chat.sendJson("POST", "/v1/chat/completions", easy(), ESCALATE, named.generation());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/message").stringValue())
                .isEqualTo("x-parley-escalate: This generation was not requested with the model auto");
        assertThat(inOpenAisFormat.status()).isEqualTo(400);
        assertThat(inOpenAisFormat.json().at("/error/type").stringValue()).isEqualTo("invalid_request_error");
    }

    @Test
    void theRestOfAStoredConversationStaysWithTheStrongerModel() throws Exception {
        String[] stored = {"x-parley-conversation", "conv_" + UUID.randomUUID(), "x-parley-history", "stored"};
        assertAnsweredBy(chat.ask(easy(), stored), CHEAPER, "score");
        assertAnsweredBy(chat.ask(easy().put("max_tokens", 3), stored), CHEAPER, "score");

        assertAnsweredBy(chat.ask(easy(), stored), STRONG, "escalated");
        assertAnsweredBy(chat.ask(easy(), stored), STRONG, "escalated");
    }

    @Test
    void thePageAsksTheStrongerModel() {
        try (Chromium chromium = Chromium.start()) {
            ChatPage page = chromium.open(stack.gateway(0));
            page.tab().locator(".model").selectOption("auto");
            page.ask("Where is it? " + UUID.randomUUID() + " [[sim: " + AT_ONCE + "]]")
                    .untilTheEnd();
            assertThat(page.facts()).contains("Claude Haiku 5.5");
            Locator stronger = page.lastAnswer().locator("[data-action=escalate]");

            stronger.click();
            page.untilTheEnd();
            assertThat(page.facts()).contains("Claude Sonnet 5.5");
            PlaywrightAssertions.assertThat(page.lastAnswer().locator("[data-action=escalate]"))
                    .isHidden();
            page.screenshot("escalated");

            page.tab().reload();
            page.untilCharacters(1);
            page.ask("And what can I see from there? [[sim: " + AT_ONCE + "]]").untilTheEnd();
            assertThat(page.facts()).contains("Claude Sonnet 5.5");
            assertThat(page.browserErrors()).isEmpty();
        }
    }

    @Test
    void aNamedModelAnswersItself() throws Exception {
        Answer answer = chat.ask(easy().put("model", STRONG));

        assertThat(answer.header("x-parley-model")).isEmpty();
        assertThat(turns.of(answer.generation()).facts().selection()).isEmpty();
    }

    @Test
    void theAliasesAreListed() throws Exception {
        assertThat(chat.get("/v1/models").json().path("data").valueStream())
                .extracting(model -> model.path("id").stringValue())
                .contains(STRONG, "auto", "auto-opus");
    }

    private static void assertAnsweredBy(Answer answer, String model, String reason) {
        assertThat(answer.succeeded().header("x-parley-model")).isEqualTo(model);
        assertThat(answer.header("x-parley-model-reason")).isEqualTo(reason);
    }

    private static ObjectNode easy() {
        return question(AT_ONCE);
    }

    private static ObjectNode question(String directives) {
        String text =
                "Where is the town hall that you told me about, and what can I see from there? " + UUID.randomUUID();
        return ChatClient.question(text, directives).put("model", "auto");
    }
}
