package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** A failing model: its circuit breaker opens, and a configured fallback model is used. */
@FaultStory
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ModelFallbackSystemTest {
    private static final String FAILING = "claude-opus-4-1";
    private static final String WITHOUT_FALLBACK = "claude-haiku-4-5";
    private static final String FALLBACK = "claude-sonnet-5-5";
    private static final LocalStack STACK = LocalStack.start(
            new StackSettings().environment("inference-service", Map.of("SPRING_APPLICATION_JSON", """
                            {"parley":{"inference":{
                              "generation":{"retries":{"fallbacks":{"claude-opus-4":["claude-sonnet-5-5"]}}},
                              "claude":{"breaker":{"calls":20,"calls-min":20}}}}}""")));
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final TurnEvents TURNS = new TurnEvents(STACK);

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        STACK.close();
    }

    @Test
    void usesTheFallbackModel() throws Exception {
        Answer answer = CHAT.ask(
                question(FAILING, "first_token_ms=0 tokens=5 fault=overloaded,overloaded,overloaded,overloaded"));
        Turn turn = TURNS.of(answer.succeeded().generation());
        assertThat(TurnEvents.attempts(turn)).isEqualTo("refused refused refused refused completed");
        assertThat(turn.facts().model()).isEqualTo(FAILING);
        assertThat(turn.facts().attempts().getLast().model()).startsWith(FALLBACK);
    }

    @Test
    void opensAndClosesTheCircuitBreakerOfAFailingModel() throws Exception {
        List<CompletableFuture<Answer>> failing = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            failing.add(CHAT.askAsync(question(WITHOUT_FALLBACK, "fault=api_error")));
        }
        for (CompletableFuture<Answer> each : failing) {
            assertThat(each.get(60, TimeUnit.SECONDS).status()).isGreaterThanOrEqualTo(500);
        }
        assertThat(MetricsPage.of(STACK, "inference-service").sum("parley_inference_models_suspended"))
                .isEqualTo(1);
        Answer refused = CHAT.ask(question(WITHOUT_FALLBACK, "first_token_ms=0 tokens=5"));
        assertThat(refused.status()).isEqualTo(529);
        assertThat(TURNS.of(refused.generation()).facts().attempts())
                .extracting(Attempt::requestId)
                .as("no request to Claude")
                .containsOnly("");
        Answer later = Eventually.value(
                () -> CHAT.ask(question(WITHOUT_FALLBACK, "first_token_ms=0 tokens=5")),
                answer -> answer.status() == 200);
        assertThat(TURNS.of(later.generation()).facts().attempts())
                .extracting(Attempt::outcome)
                .endsWith("completed");
    }

    private static ObjectNode question(String model, String directives) {
        return ChatClient.question(directives).put("model", model);
    }
}
