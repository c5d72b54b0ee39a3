package dev.parley.simulator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.answer.AnswerGenerator;
import dev.parley.simulator.answer.Grading;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.request.MessagesRequestReader;
import dev.parley.simulator.script.Answers;
import dev.parley.simulator.script.ScriptEvent;
import dev.parley.simulator.script.StreamScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Models that think by default. */
class RealThinkingTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final SimulatorRoutes routes = routes();

    private static SimulatorRoutes routes() {
        Ids ids = new Ids(new Random(1));
        return new SimulatorRoutes(
                new MessagesRequestReader(true),
                new AnswerGenerator(ids, new InputTokens(() -> Instant.EPOCH), Grading.NONE),
                Answers.AT_ONCE,
                new RequestLog(() -> Instant.EPOCH),
                ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"})
    void comesWithoutItsText(String model) {
        JsonNode message = json(ask(request(model)));

        assertThat(types(message)).containsExactly("thinking", "text");
        assertThat(message.at("/content/0/thinking").stringValue()).isEmpty();
        assertThat(message.at("/content/0/signature").stringValue()).isNotEmpty();
        assertThat(message.at("/usage/output_tokens_details/thinking_tokens").intValue())
                .isGreaterThan(10);
        assertThat(Answers.text(ask(request(model).put("stream", true))))
                .containsOnlyOnce("signature_delta")
                .doesNotContain("thinking_delta");
    }

    @Test
    void takesItsTime() {
        ObjectNode request = request("claude-opus-5-5").put("stream", true);
        request.withArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", "Why? [[sim: tokens_per_second=10 first_token_ms=0]]");

        assertThat(ask(request).events().stream().filter(ScriptEvent::token).findFirst())
                .hasValueSatisfying(first -> assertThat(first.at()).isGreaterThan(Duration.ofSeconds(1)));
    }

    @Test
    void isAllOfAnAnswerOfOneToken() {
        JsonNode message = json(ask(request("claude-opus-5-5").put("max_tokens", 1)));

        assertThat(types(message)).containsExactly("thinking");
        assertThat(message.path("stop_reason").stringValue()).isEqualTo("max_tokens");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-haiku-5-5, disabled",
        "claude-sonnet-5-5, between_tools",
        "claude-opus-4-5, ",
    })
    void isNotInTheAnswerIfTheModelPermitsThat(String model, String type) {
        ObjectNode request = request(model);
        if (type != null) {
            request.putObject("thinking").put("type", type);
        }

        assertThat(types(json(ask(request)))).containsExactly("text");
    }

    @Test
    void hasItsTextIfThatIsAskedFor() {
        ObjectNode request = request("claude-opus-5-5");
        request.putObject("thinking").put("type", "adaptive").put("display", "summarized");

        assertThat(json(ask(request)).at("/content/0/thinking").stringValue()).isNotEmpty();
    }

    @Test
    void isAcceptedAfterWhatWasBeforeIt() {
        ObjectNode marked = followUp();
        marked.withArray("system")
                .addObject()
                .put("type", "text")
                .put("text", "Be brief.")
                .putObject("cache_control")
                .put("type", "ephemeral");

        assertThat(ask(followUp().put("system", "Be brief.")).status()).isEqualTo(200);
        assertThat(ask(marked).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"system\":\"Be kind.\"}",
                "{\"system\":\"Be brief.\",\"tools\":[{\"name\":\"a\",\"input_schema\":{\"type\":\"object\"}}]}"
            })
    void isRefusedAfterAnotherPrompt(String prompt) {
        ObjectNode request = followUp();
        request.setAll((ObjectNode) JSON.readTree(prompt));

        assertRefused(ask(request));
    }

    @Test
    void isRefusedAfterAnotherQuestionUnlessAnotherModelIsAsked() {
        ObjectNode request = followUp().put("system", "Be brief.");
        ((ObjectNode) request.at("/messages/0")).put("content", "Why is heaven blue?");

        assertRefused(ask(request));
        assertThat(ask(request.put("model", "claude-sonnet-5-5")).status()).isEqualTo(200);
    }

    @Test
    void precedesAVerdict() {
        String judging = "<stored_question>\nWhy?\n</stored_question>\n<new_question>\nWhy?\n</new_question>\nSame?";
        ObjectNode request =
                JSON.createObjectNode().put("model", "claude-opus-5-5").put("max_tokens", 1024);
        request.putArray("messages").addObject().put("role", "user").put("content", judging);

        JsonNode message = json(ask(request));

        assertThat(types(message)).containsExactly("thinking", "text");
        assertThat(message.at("/content/1/text").stringValue()).isEqualTo("yes");
    }

    private static void assertRefused(StreamScript refused) {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(Answers.text(refused))
                .contains("messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a"
                        + " different conversation.");
    }

    /** A question after an answer to a request with the system prompt "Be brief.", and without that prompt. */
    private ObjectNode followUp() {
        ObjectNode request = request("claude-opus-5-5").put("system", "Be brief.");
        JsonNode content = json(ask(request)).path("content");
        request.remove("system");
        request.withArray("messages").addObject().put("role", "assistant").set("content", content);
        request.withArray("messages").addObject().put("role", "user").put("content", "And at night?");
        return request;
    }

    private static ObjectNode request(String model) {
        ObjectNode request = JSON.createObjectNode().put("model", model).put("max_tokens", 4000);
        request.putArray("messages").addObject().put("role", "user").put("content", "Why is the sky blue?");
        return request;
    }

    private StreamScript ask(ObjectNode request) {
        return routes.answer(new SimulatorRequest(
                "POST",
                "/v1/messages",
                Map.of(),
                Map.of("x-api-key", "k", "anthropic-version", "2023-06-01"),
                request.toString().getBytes(StandardCharsets.UTF_8),
                "HTTP/1.1",
                "c"));
    }

    private static JsonNode json(StreamScript script) {
        return JSON.readTree(Answers.text(script));
    }

    private static List<String> types(JsonNode message) {
        return message.path("content")
                .valueStream()
                .map(block -> block.path("type").stringValue())
                .toList();
    }
}
