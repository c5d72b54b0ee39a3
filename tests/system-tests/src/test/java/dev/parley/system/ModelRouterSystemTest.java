package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Selection;
import dev.parley.contracts.event.Turn;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Requests for an alias: the router chooses the model that answers. */
@Tag("faults")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ModelRouterSystemTest {
    private static final String STRONG = "claude-sonnet-5-5";
    private static final String CHEAPER = "claude-haiku-5-5";
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

        Answer answer = chat.send(
                "POST",
                "/v1/chat/completions",
                JsonMapper.shared().writeValueAsBytes(request),
                "authorization",
                "Bearer " + LocalStack.KEY,
                "content-type",
                "application/json");

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

        Answer again = Eventually.value(
                () -> chat.ask(request), answer -> answer.cache().equals("exact"));

        assertThat(again.header("x-parley-model")).startsWith(CHEAPER);
        assertThat(again.header("x-parley-model-reason")).isEqualTo("cached");
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
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("x-parley-model")).isEqualTo(model);
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
