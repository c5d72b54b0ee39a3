package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** A model that is in trouble: it is spared, and another one is asked where one is named. */
@Tag("faults")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ModelTroubleSystemTest {
    private static final String IN_TROUBLE = "claude-opus-4-1";
    private static final String ALONE = "claude-haiku-4-5";
    private static final String OTHER = "claude-sonnet-4-5";
    private static final LocalStack STACK = LocalStack.builder()
            .environment("inference-service", Map.of("SPRING_APPLICATION_JSON", """
                            {"parley":{"inference":{
                              "generation":{"retries":{"fallbacks":{"claude-opus-4":["claude-sonnet-4-5"]}}},
                              "claude":{"breaker":{"calls":20,"calls-min":20}}}}}"""))
            .start();
    private static final Chat CHAT = new Chat(STACK.gateway(0));
    private static final Turns TURNS = new Turns(STACK);

    @AfterAll
    static void keepsItsPromises() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
        STACK.close();
    }

    @Test
    void asksTheNextModelOfTheChain() throws Exception {
        Answer answer = CHAT.ask(
                question(IN_TROUBLE, "first_token_ms=0 tokens=5 fault=overloaded,overloaded,overloaded,overloaded"));
        assertThat(answer.status()).isEqualTo(200);
        Turn turn = TURNS.of(answer.generation());
        assertThat(Turns.attempts(turn)).isEqualTo("refused refused refused refused completed");
        assertThat(turn.facts().model()).isEqualTo(IN_TROUBLE);
        assertThat(turn.facts().attempts().getLast().model()).startsWith(OTHER);
    }

    @Test
    void sparesAModelThatFailsAndAsksItAgainLater() throws Exception {
        List<CompletableFuture<Answer>> failing = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            failing.add(CHAT.askAsync(question(ALONE, "fault=api_error")));
        }
        for (CompletableFuture<Answer> each : failing) {
            assertThat(each.get(60, TimeUnit.SECONDS).status()).isGreaterThanOrEqualTo(500);
        }
        assertThat(MetricsPage.of(STACK, "inference-service").sum("parley_inference_models_spared"))
                .isEqualTo(1);
        Answer refused = CHAT.ask(question(ALONE, "first_token_ms=0 tokens=5"));
        assertThat(refused.status()).isEqualTo(529);
        assertThat(TURNS.of(refused.generation()).facts().attempts())
                .extracting(Attempt::requestId)
                .as("Claude is not even asked")
                .containsOnly("");
        Answer later = Eventually.value(
                () -> CHAT.ask(question(ALONE, "first_token_ms=0 tokens=5")), answer -> answer.status() == 200);
        assertThat(TURNS.of(later.generation()).facts().attempts())
                .extracting(Attempt::outcome)
                .endsWith("completed");
    }

    private static ObjectNode question(String model, String directives) {
        return Chat.question(directives).put("model", model);
    }
}
