package dev.parley.system;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.ContentTooLargeException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.ThinkingBlock;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.models.ModelInfo;
import dev.parley.localstack.LocalStack;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The official Java SDK, configured with a base URL and a key only, works with the gateway. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
final class JavaSdkSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final AnthropicClient CLIENT = client(LocalStack.KEY);
    private static final String AT_ONCE = "first_token_ms=0 tokens_per_second=0";
    private static final int TOO_MANY_CHARACTERS = 9 * 1024 * 1024;

    private static final Tool WEATHER = Tool.builder()
            .name("get_weather")
            .description("Tells the weather of a place")
            .inputSchema(Tool.InputSchema.builder()
                    .properties(Tool.InputSchema.Properties.builder()
                            .putAdditionalProperty("location", JsonValue.from(Map.of("type", "string")))
                            .build())
                    .addRequired("location")
                    .build())
            .build();

    /** Both call styles of the SDK. */
    enum Mode {
        STREAMING {
            @Override
            Message ask(AnthropicClient client, MessageCreateParams params) {
                MessageAccumulator message = MessageAccumulator.create();
                try (StreamResponse<RawMessageStreamEvent> events =
                        client.messages().createStreaming(params)) {
                    events.stream().forEach(message::accumulate);
                }
                return message.message();
            }
        },
        WHOLE {
            @Override
            Message ask(AnthropicClient client, MessageCreateParams params) {
                return client.messages().create(params);
            }
        };

        abstract Message ask(AnthropicClient client, MessageCreateParams params);

        Message ask(MessageCreateParams.Builder params) {
            return ask(CLIENT, params.build());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        CLIENT.close();
    }

    @ParameterizedTest
    @EnumSource
    void answersInPlainText(Mode mode) {
        Message message = mode.ask(request().addUserMessage(unique("What is it?", "text=\"Forty-two, of course.\"")));

        assertThat(text(message)).isEqualTo("Forty-two, of course.");
        assertThat(message.stopReason()).contains(StopReason.END_TURN);
        assertThat(message.model().asString()).isEqualTo("claude-opus-4-5-20251101");
        assertThat(message.id()).startsWith("msg_");
        assertThat(message.usage().inputTokens()).isPositive();
        assertThat(message.usage().outputTokens()).isPositive();
    }

    /** A required property that is missing fails when it is read. */
    @Test
    void listsModels() {
        List<ModelInfo> models = CLIENT.models().list().data();

        assertThat(models)
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.validate().lifecycle()).isEqualTo(ModelInfo.Lifecycle.ACTIVE));
        assertThat(CLIENT.models().retrieve(models.getFirst().id())).isEqualTo(models.getFirst());
        assertThat(CLIENT.beta().models().list().data())
                .allSatisfy(model -> assertThat(model.validate().lifecycle()).isNotNull());
    }

    @ParameterizedTest
    @EnumSource
    void forwardsTheSystemPrompt(Mode mode) throws Exception {
        String system = "Answer like a pirate. " + UUID.randomUUID();

        Message message = mode.ask(request().system(system).addUserMessage(unique("Who goes there?", "text=Arr!")));

        assertThat(text(message)).isEqualTo("Arr!");
        assertThat(new Simulator(STACK).requests(system))
                .singleElement()
                .satisfies(seen ->
                        assertThat(seen.at("/body/system").stringValue("")).isEqualTo(system));
    }

    @ParameterizedTest
    @EnumSource
    void continuesAConversation(Mode mode) {
        String question = unique("What is a log?", "");
        Message first = mode.ask(request().addUserMessage(question));

        Message second = mode.ask(request()
                .addUserMessage(question)
                .addMessage(first)
                .addUserMessage(unique("And what is a topic?", "")));

        assertThat(text(second)).contains("Earlier you asked “What is a log?");
    }

    @ParameterizedTest
    @EnumSource
    void usesATool(Mode mode) {
        String question = unique("What is the weather in Paris today?", "");

        Message call = mode.ask(request().addTool(WEATHER).addUserMessage(question));

        assertThat(call.stopReason()).contains(StopReason.TOOL_USE);
        ToolUseBlock use = call.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .findFirst()
                .orElseThrow();
        assertThat(use.name()).isEqualTo("get_weather");
        assertThat(use._input()).isEqualTo(JsonValue.from(Map.of("location", "Paris")));

        Message answer = mode.ask(request()
                .addTool(WEATHER)
                .addUserMessage(question)
                .addMessage(call)
                .addUserMessageOfContentBlockParams(
                        List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                .toolUseId(use.id())
                                .content("21 degrees and a light breeze")
                                .build()))));

        assertThat(answer.stopReason()).contains(StopReason.END_TURN);
        assertThat(text(answer)).contains("21 degrees and a light breeze");
    }

    @ParameterizedTest
    @EnumSource
    void sendsAnImage(Mode mode) {
        byte[] image = new byte[300];

        Message message = mode.ask(request()
                .addUserMessageOfContentBlockParams(List.of(
                        ContentBlockParam.ofImage(Base64ImageSource.builder()
                                .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                                .data(Base64.getEncoder().encodeToString(image))
                                .build()),
                        ContentBlockParam.ofText(unique("What does this show?", "")))));

        assertThat(text(message)).contains("image/png, 300 bytes");
    }

    @ParameterizedTest
    @EnumSource
    void acceptsItsThinkingBlocksBack(Mode mode) {
        String question = unique("Why is the sky blue?", "");
        Message message =
                mode.ask(request().maxTokens(3000).enabledThinking(1024).addUserMessage(question));

        ThinkingBlock thought = message.content().getFirst().asThinking();
        assertThat(thought.thinking()).isNotBlank();
        assertThat(thought.signature()).isNotBlank();
        assertThat(text(message)).isNotBlank();

        Message second = mode.ask(request()
                .maxTokens(3000)
                .enabledThinking(1024)
                .addUserMessage(question)
                .addMessage(message)
                .addUserMessage(unique("And at night?", "text=Black.")));
        assertThat(text(second)).isEqualTo("Black.");
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtAStopSequence(Mode mode) {
        Message message = mode.ask(
                request().addStopSequence("HALT").addUserMessage(unique("Count.", "text=\"One, two, HALT three.\"")));

        assertThat(text(message)).isEqualTo("One, two, ");
        assertThat(message.stopReason()).contains(StopReason.STOP_SEQUENCE);
        assertThat(message.stopSequence()).contains("HALT");
    }

    @ParameterizedTest
    @EnumSource
    void rejectsAnInvalidKey(Mode mode) {
        AnthropicClient unauthorized = client("no-key-of-ours");
        MessageCreateParams params =
                request().addUserMessage(unique("May I?", "")).build();

        assertThatExceptionOfType(UnauthorizedException.class)
                .isThrownBy(() -> mode.ask(unauthorized, params))
                .satisfies(e -> assertThat(e.requestId()).isPresent());
        unauthorized.close();
    }

    @ParameterizedTest
    @EnumSource
    void rejectsAnUnknownModel(Mode mode) {
        MessageCreateParams.Builder params =
                request().model("claude-unknown-1").addUserMessage(unique("Who are you?", ""));

        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> mode.ask(params))
                .satisfies(e -> assertThat(e.apiMessage().orElse("")).contains("claude-unknown-1"));
    }

    @ParameterizedTest
    @EnumSource
    void forwardsTheMessageOfAnInvalidRequest(Mode mode) {
        MessageCreateParams.Builder params = request()
                .putAdditionalBodyProperty("temperature", JsonValue.from(2))
                .addUserMessage(unique("Hot?", ""));

        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> mode.ask(params))
                .satisfies(e -> assertThat(e.apiMessage().orElse("")).contains("temperature"));
    }

    @ParameterizedTest
    @EnumSource
    void rejectsABodyThatIsTooLarge(Mode mode) {
        MessageCreateParams.Builder params = request().addUserMessage("x".repeat(TOO_MANY_CHARACTERS));

        assertThatExceptionOfType(ContentTooLargeException.class).isThrownBy(() -> mode.ask(params));
    }

    @ParameterizedTest
    @EnumSource
    void forwardsRetryAfter(Mode mode) {
        MessageCreateParams.Builder params = request().addUserMessage(unique("Now?", "fault=rate_limit retry_after=7"));

        assertThatExceptionOfType(RateLimitException.class)
                .isThrownBy(() -> mode.ask(params))
                .satisfies(e -> assertThat(e.headers().values("retry-after")).containsExactly("7"));
    }

    @ParameterizedTest
    @CsvSource({
        "STREAMING, api_error, 500",
        "WHOLE, api_error, 500",
        "STREAMING, unavailable, 503",
        "WHOLE, unavailable, 503",
        "STREAMING, overloaded, 529",
        "WHOLE, overloaded, 529"
    })
    void forwardsServerErrors(Mode mode, String fault, int status) {
        MessageCreateParams.Builder params = request().addUserMessage(unique("Well?", "fault=" + fault));

        assertThatExceptionOfType(InternalServerException.class)
                .isThrownBy(() -> mode.ask(params))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(status));
    }

    @ParameterizedTest
    @CsvSource({"STREAMING, error", "WHOLE, error", "STREAMING, cut", "WHOLE, cut"})
    void throwsWhenAnAnswerIsIncomplete(Mode mode, String fault) {
        MessageCreateParams.Builder params = request()
                .addUserMessage(
                        unique("Well?", String.join(",", "fault=" + fault, fault, fault) + " after=3 tokens=40"));

        assertThatExceptionOfType(AnthropicServiceException.class).isThrownBy(() -> mode.ask(params));
    }

    private static AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(STACK.gateway(0).toString())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static MessageCreateParams.Builder request() {
        return MessageCreateParams.builder().model("claude-opus-4-5").maxTokens(1000);
    }

    /** A prompt that no other test sends, so that no cached answer matches. */
    private static String unique(String question, String directives) {
        return question + " (" + UUID.randomUUID() + ") [[sim: " + AT_ONCE + " " + directives + "]]";
    }

    private static String text(Message message) {
        return message.content().stream()
                .filter(ContentBlock::isText)
                .map(block -> block.asText().text())
                .collect(joining());
    }
}
