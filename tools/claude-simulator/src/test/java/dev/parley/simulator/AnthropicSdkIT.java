package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.OverloadedException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official SDK against the simulator. */
@Timeout(30)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicSdkIT {
    private static final String MODEL = "claude-opus-4-5";
    private static final Tool WEATHER = Tool.builder()
            .name("get_weather")
            .description("The weather of a place")
            .inputSchema(Tool.InputSchema.builder()
                    .properties(Tool.InputSchema.Properties.builder()
                            .putAdditionalProperty("location", JsonValue.from(Map.of("type", "string")))
                            .build())
                    .addRequired("location")
                    .build())
            .build();

    private final Simulator simulator = SimulatorClient.simulator();
    private final AnthropicClient client = AnthropicOkHttpClient.builder()
            .baseUrl(simulator.uri().toString())
            .apiKey("any")
            .maxRetries(0)
            .build();

    @AfterAll
    void stop() {
        client.close();
        simulator.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersInText(boolean streaming) {
        Message message = ask(asking("Why is the sky blue?").system("Be brief.").build(), streaming);

        assertThat(message.validate().isValid()).isTrue();
        assertThat(text(message)).containsIgnoringCase("simulated");
        assertThat(message.model().asString()).isEqualTo("claude-opus-4-5-20251101");
        assertThat(message.stopReason()).contains(StopReason.END_TURN);
        assertThat(message.usage().inputTokens()).isPositive();
        assertThat(message.usage().outputTokens()).isBetween(40L, 300L);
    }

    @Test
    void theStreamAssemblesToTheSameAnswer() {
        MessageCreateParams asked = asking("Compare tea and coffee").build();

        assertThat(text(ask(asked, true))).isEqualTo(text(ask(asked, false)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void makesAFullRoundWithATool(boolean streaming) {
        MessageCreateParams asked =
                asking("What is the weather in Oslo?").addTool(WEATHER).build();
        Message calling = ask(asked, streaming);
        ToolUseBlock call = calling.content().getLast().asToolUse();

        assertThat(calling.stopReason()).contains(StopReason.TOOL_USE);
        assertThat(call.name()).isEqualTo("get_weather");
        assertThat(call._input()).isEqualTo(JsonValue.from(Map.of("location", "Oslo")));

        Message answering = ask(
                asked.toBuilder()
                        .addMessage(calling)
                        .addUserMessageOfContentBlockParams(
                                List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                        .toolUseId(call.id())
                                        .content("sleet, 1 degree")
                                        .build())))
                        .build(),
                streaming);
        assertThat(text(answering)).contains("sleet, 1 degree");
        assertThat(answering.stopReason()).contains(StopReason.END_TURN);
    }

    @Test
    void errorsAreTheSdksOwnExceptions() {
        assertThatThrownBy(() -> ask("[[sim: fault=invalid_request]]")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> ask("[[sim: fault=authentication]]")).isInstanceOf(UnauthorizedException.class);
        assertThatThrownBy(() -> ask("[[sim: fault=rate_limit]]")).isInstanceOf(RateLimitException.class);
        assertThatThrownBy(() -> ask("[[sim: fault=overloaded]]")).isInstanceOf(OverloadedException.class);
        assertThatThrownBy(() -> client.messages()
                        .create(asking("Hello").model("claude-unknown-1").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("claude-unknown-1");
    }

    @Test
    void listsModelsAndCountsTokens() {
        assertThat(client.models().list().data()).anyMatch(model -> model.id().equals("claude-opus-4-5-20251101"));
        assertThat(client.models().retrieve("claude-haiku-4-5").displayName()).isEqualTo("Claude Haiku 4.5");
        assertThat(client.messages()
                        .countTokens(MessageCountTokensParams.builder()
                                .model(MODEL)
                                .addUserMessage("Hello")
                                .build())
                        .inputTokens())
                .isPositive();
    }

    private static MessageCreateParams.Builder asking(String question) {
        return MessageCreateParams.builder().model(MODEL).maxTokens(4_000).addUserMessage(question);
    }

    private void ask(String question) {
        ask(asking(question).build(), true);
    }

    private Message ask(MessageCreateParams asked, boolean streaming) {
        if (!streaming) {
            return client.messages().create(asked);
        }
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(asked)) {
            events.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    private static String text(Message message) {
        return String.join(
                "",
                message.content().stream()
                        .filter(ContentBlock::isText)
                        .map(block -> block.asText().text())
                        .toList());
    }
}
