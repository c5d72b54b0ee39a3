package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Usage;
import dev.parley.localstack.LocalStack;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A chat of 20 turns, with and without a mark for Claude's prompt cache. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PromptCacheSystemTest {
    private static final int TURNS = 20;
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final LocalStack STACK = SharedStack.get();
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));
    private static final TurnEvents EVENTS = new TurnEvents(STACK);

    /** Asks one question of a conversation; returns the generation. */
    private interface Api {
        String ask(ArrayNode messages) throws Exception;
    }

    @Test
    void aMarkedConversationCostsLessThanHalf() throws Exception {
        List<Turn> plain = chat(messages -> ask(messages, false));
        List<Turn> marked = chat(messages -> ask(messages, true));

        assertThat(usage(plain).cacheReadInputTokens()).isZero();
        assertThat(usage(marked).cacheReadInputTokens())
                .isGreaterThan(10 * usage(marked).inputTokens());
        assertThat(cost(marked)).isLessThan(cost(plain).divide(BigDecimal.TWO));
    }

    @Test
    void openAisApiMarksItsConversations() throws Exception {
        List<Turn> turns = chat(PromptCacheSystemTest::askOpenAi);

        assertThat(usage(turns).cacheReadInputTokens())
                .isGreaterThan(10 * usage(turns).inputTokens());
    }

    private static List<Turn> chat(Api api) throws Exception {
        ArrayNode messages = MAPPER.createArrayNode();
        List<String> generations = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            messages.addObject()
                    .put("role", "user")
                    .put(
                            "content",
                            UUID.randomUUID() + " and why? ".repeat(100) + "[[sim: first_token_ms=0 tokens=5]]");
            generations.add(api.ask(messages));
            messages.addObject().put("role", "assistant").put("content", "Because it is so. ".repeat(150));
        }
        return EVENTS.of(generations);
    }

    private static String ask(ArrayNode messages, boolean marked) throws Exception {
        ObjectNode request =
                MAPPER.createObjectNode().put("model", "claude-opus-4-5").put("max_tokens", 1000);
        if (marked) {
            request.putObject("cache_control").put("type", "ephemeral");
        }
        return CHAT.ask(request.set("messages", messages)).succeeded().generation();
    }

    private static String askOpenAi(ArrayNode messages) throws Exception {
        ObjectNode request =
                MAPPER.createObjectNode().put("model", "claude-opus-4-5").set("messages", messages);
        return CHAT.sendJson("POST", "/v1/chat/completions", request)
                .succeeded()
                .generation();
    }

    private static Usage usage(List<Turn> turns) {
        return turns.stream().map(turn -> turn.facts().usage()).reduce(Usage.NONE, Usage::plus);
    }

    private static BigDecimal cost(List<Turn> turns) {
        return turns.stream()
                .map(turn -> turn.facts().costUsd())
                .flatMap(Optional::stream)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
