package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LangChain4j's OpenAI client, configured with a base URL and a key only, works with the gateway. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
final class LangChain4jSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String BASE_URL = STACK.gateway(0) + "/v1";
    private static final String MODEL = "claude-opus-4-5";
    private static final ToolSpecification WEATHER = ToolSpecification.builder()
            .name("get_weather")
            .description("Tells the weather of a place")
            .parameters(JsonObjectSchema.builder()
                    .addStringProperty("location")
                    .required("location")
                    .build())
            .build();

    /** Both call styles of the client. */
    enum Mode {
        STREAMING {
            @Override
            ChatResponse ask(ChatRequest request) throws Exception {
                CompletableFuture<ChatResponse> response = new CompletableFuture<>();
                STREAMING_MODEL.chat(request, new StreamingChatResponseHandler() {
                    @Override
                    public void onCompleteResponse(ChatResponse complete) {
                        response.complete(complete);
                    }

                    @Override
                    public void onError(Throwable error) {
                        response.completeExceptionally(error);
                    }
                });
                return response.get(60, TimeUnit.SECONDS);
            }
        },
        WHOLE {
            @Override
            ChatResponse ask(ChatRequest request) {
                return CHAT_MODEL.chat(request);
            }
        };

        private static final StreamingChatModel STREAMING_MODEL = OpenAiStreamingChatModel.builder()
                .baseUrl(BASE_URL)
                .apiKey(LocalStack.KEY)
                .modelName(MODEL)
                .build();
        private static final ChatModel CHAT_MODEL = model(LocalStack.KEY);

        abstract ChatResponse ask(ChatRequest request) throws Exception;
    }

    private static ChatModel model(String key) {
        return OpenAiChatModel.builder()
                .baseUrl(BASE_URL)
                .apiKey(key)
                .modelName(MODEL)
                .maxRetries(0)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void answersInPlainText(Mode mode) throws Exception {
        ChatResponse response = mode.ask(request(
                SystemMessage.from("Be brief."),
                UserMessage.from(unique("What is it?", "text=\"Forty-two, of course.\""))));

        assertThat(response.aiMessage().text()).isEqualTo("Forty-two, of course.");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.modelName()).isEqualTo("claude-opus-4-5-20251101");
        assertThat(response.tokenUsage().inputTokenCount()).isPositive();
        assertThat(response.tokenUsage().outputTokenCount()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void usesATool(Mode mode) throws Exception {
        UserMessage question = UserMessage.from(unique("What is the weather in Paris today?", ""));
        AiMessage called = mode.ask(request(question)).aiMessage();

        ToolExecutionRequest call = called.toolExecutionRequests().getFirst();
        assertThat(call.name()).isEqualTo("get_weather");
        assertThat(call.arguments()).contains("Paris");

        ChatResponse answer = mode.ask(
                request(question, called, ToolExecutionResultMessage.from(call, "21 degrees and a light breeze")));
        assertThat(answer.aiMessage().text()).contains("21 degrees and a light breeze");
    }

    @ParameterizedTest
    @EnumSource
    void throwsWhenAnAnswerIsIncomplete(Mode mode) {
        ChatRequest request = request(UserMessage.from(unique("Well?", "fault=cut,cut,cut after=3 tokens=40")));
        assertThat(catchThrowable(() -> mode.ask(request))).isNotNull();
    }

    @Test
    void mapsErrorsToItsExceptions() throws Exception {
        ChatRequest request = request(UserMessage.from(unique("May I?", "")));
        ChatModel unauthorized = model("no-key-of-ours");
        assertThatExceptionOfType(AuthenticationException.class).isThrownBy(() -> unauthorized.chat(request));
        assertThatExceptionOfType(ModelNotFoundException.class)
                .isThrownBy(() -> Mode.WHOLE.ask(
                        request.toBuilder().modelName("claude-unknown-1").build()));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Mode.WHOLE.ask(request.toBuilder().topP(2.0).build()))
                .withMessageContaining("top_p");
        assertThat(Mode.WHOLE.ask(request.toBuilder().frequencyPenalty(0.5).build()))
                .isNotNull();
    }

    private static ChatRequest request(ChatMessage... messages) {
        return ChatRequest.builder()
                .messages(List.of(messages))
                .maxOutputTokens(1000)
                .toolSpecifications(WEATHER)
                .build();
    }

    /** A prompt that no other test sends. */
    private static String unique(String question, String directives) {
        return question + " (" + UUID.randomUUID() + ") [[sim: first_token_ms=0 tokens_per_second=0 " + directives
                + "]]";
    }
}
