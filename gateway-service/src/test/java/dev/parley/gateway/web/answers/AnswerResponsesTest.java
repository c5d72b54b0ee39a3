package dev.parley.gateway.web.answers;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.openai.OpenAiError;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AnswerResponsesTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int LONG_TEXT = 20 * 1024;
    private static final byte[] START = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[]}}

            """.getBytes(UTF_8);

    private final OpenAnswers answers =
            new OpenAnswers(new AnswerSettings(10, 10, LONG, LONG, LONG, LONG), System::nanoTime);
    private final AnswerResponses responses = new AnswerResponses(JsonMapper.shared(), 10_000, Schedulers.immediate());

    /** Else SDKs repeat the request, beyond a spend limit until it is reset, each time as a new generation. */
    @ParameterizedTest
    @CsvSource({
        "429, '', false, enforced_spend_limit_reached, false",
        "429, '', false, other,",
        "429, 7,  false, enforced_spend_limit_reached,",
        "529, '', false, enforced_spend_limit_reached,",
        "500, '', true,  other, false",
        "529, 7,  true,  other, false"
    })
    void forbidsToRepeatARequestThatClaudeWillNotAnswer(
            int status, String retryAfter, boolean noRetry, String code, @Nullable String shouldRetry) {
        Opening.Refused refused = refused(status, retryAfter, noRetry, code);
        HttpHeaders headers = headers(AnswerFormat.MESSAGES, refused);
        assertThat(headers.getFirst("x-should-retry")).isEqualTo(shouldRetry);
        assertThat(headers.getFirst("retry-after")).isEqualTo(retryAfter.isEmpty() ? null : retryAfter);
    }

    /** Also one of another gateway before Claude: a client would wait for as long as retry-after says. */
    @ParameterizedTest
    @CsvSource({
        "429, '', false, enforced_spend_limit_reached, insufficient_quota,",
        "429, 18000, true, other, insufficient_quota,",
        "429, 7, false, other, rate_limit_error, 7",
        "529, 7, true, other, rate_limit_error, 7"
    })
    void aSpentBudgetHasTheTypeOfOpenAisAndNoTimeToWait(
            int status,
            String retryAfter,
            boolean noRetry,
            String code,
            String type,
            @Nullable String shownRetryAfter) {
        Opening.Refused refused = refused(status, retryAfter, noRetry, code);
        for (AnswerFormat format : AnswerFormat.values()) {
            assertThat(headers(format, refused).getFirst("retry-after"))
                    .as(format.name())
                    .isEqualTo(shownRetryAfter);
        }
        assertThat(new String(OpenAiError.body(refused), UTF_8)).contains("\"type\":\"" + type + "\"");
    }

    /** OpenAI's SDK for .NET does not retry 529. */
    @ParameterizedTest
    @CsvSource({"MESSAGES, 529", "CHAT_COMPLETIONS, 503", "CHAT_COMPLETIONS_WITH_USAGE, 503"})
    void anOverloadOfClaudeHasAStatusThatSdksRetry(AnswerFormat format, int status) {
        assertThat(response(format, refused(529, "7", false, "other")).statusCode())
                .isEqualTo(HttpStatusCode.valueOf(status));
    }

    private static Opening.Refused refused(int status, String retryAfter, boolean noRetry, String code) {
        byte[] body = """
                {"type":"error","error":{"type":"rate_limit_error","message":"No.","details":{"error_code":"%s"}}}""".formatted(code).getBytes(UTF_8);
        return new Opening.Refused(status, retryAfter, noRetry, body);
    }

    private static HttpHeaders headers(AnswerFormat format, Opening.Refused refused) {
        return response(format, refused).headers();
    }

    private static ServerResponse response(AnswerFormat format, Opening.Refused refused) {
        return AnswerResponses.refused(format, refused).blockOptional().orElseThrow();
    }

    @Test
    void aMessageWhoseEventsHaveNoRoomIsRefused() {
        assertThat(responses.message(answered(0, _ -> false)).block(LONG)).isNotEmpty();
        OpenAnswer answer = answered(LONG_TEXT, _ -> false);
        assertRefused(529, () -> responses.message(answer).block(LONG));
    }

    /** As in the answer to the result of a tool that running code has called (platform.claude.com, "Programmatic tool calling"). */
    @ParameterizedTest
    @EnumSource(
            value = AnswerFormat.class,
            names = {"MESSAGES", "CHAT_COMPLETIONS"})
    void aMessageHasTheBlocksWithWhichItBegins(AnswerFormat format) {
        OpenAnswer answer = answers.open(GenerationId.unsigned(CLOCK, 0, format), _ -> true, _ -> {}, () -> {});
        byte[] frames = """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{"a":1}}],"stop_reason":"tool_use"}}

                event: message_stop
                data: {"type":"message_stop"}

                """.getBytes(UTF_8);
        answers.offer(0, 0, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, frames, true));
        JsonNode message =
                JsonMapper.shared().readTree(responses.message(answer).block(LONG));
        JsonNode calls =
                format == AnswerFormat.MESSAGES ? message.path("content") : message.at("/choices/0/message/tool_calls");
        assertThat(calls)
                .singleElement()
                .satisfies(call -> assertThat(call.path("id").stringValue("")).isEqualTo("t"));
    }

    /** As in Claude's own message: it refuses a request with more members. */
    @ParameterizedTest
    @MethodSource("inputsThatNoRequestMayHave")
    void aToolUseInAMessageHasAnEmptyInputIfItsOwnIsCut(String input) {
        assertThat(called(input, "max_tokens")).hasToString("[{\"type\":\"tool_use\",\"id\":\"t\",\"input\":{}}]");
    }

    /** As with {@code eager_input_streaming}. A client would call the tool with an input that Claude has not written. */
    @ParameterizedTest
    @MethodSource("inputsThatNoRequestMayHave")
    void aToolThatIsCalledHasItsInputAsTextIfNoRequestMayHaveIt(String input) {
        assertThat(called(input, "tool_use"))
                .hasToString(
                        "[{\"type\":\"tool_use\",\"id\":\"t\",\"input\":{\"INVALID_JSON\":\"%s\"}}]".formatted(input));
    }

    /** The content of a message with a call of a tool, whose input is within a JSON string. */
    private JsonNode called(String input, String stopReason) {
        OpenAnswer answer = answers.open(GenerationId.unsigned(CLOCK, 0), _ -> true, _ -> {}, () -> {});
        byte[] frames = new String(START, UTF_8)
                .concat("""
                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","input":{}}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"%s"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"%s"}}

                event: message_stop
                data: {"type":"message_stop"}

                """.formatted(input, stopReason))
                .getBytes(UTF_8);
        answers.offer(0, 0, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, frames, true));
        return JsonMapper.shared()
                .readTree(responses.message(answer).block(LONG))
                .path("content");
    }

    static Stream<String> inputsThatNoRequestMayHave() {
        return Stream.of("{\\\"at\\\":", "[".repeat(500) + "]".repeat(500));
    }

    /** The types of these statuses do not tell them apart. */
    @ParameterizedTest
    @ValueSource(ints = {499, 500, 502, 503})
    void anIncompleteMessageHasTheStatusOfItsFailure(int status) {
        OpenAnswer answer = answers.open(GenerationId.unsigned(CLOCK, 0), _ -> true, _ -> {}, () -> {});
        answers.offer(0, 0, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, START, false));
        byte[] error = ApiError.of(status, "No more.").body(answer.generation().value());
        answers.offer(0, 1, new Failed(answer.generation(), 1, 1, CacheVerdict.MISS, status, "", false, error));
        assertThat(assertRefused(status, () -> responses.message(answer).block(LONG))
                        .error())
                .isEqualTo(ApiError.of(status, "No more."));
    }

    @Test
    void aLongMessageNeedsRoomToWaitForItsClient() {
        AtomicLong reserved = new AtomicLong();
        OpenAnswer answer = answered(0, bytes -> reserved.addAndGet(bytes) > 0);
        AnswerResponses.requireRoom(answer, new byte[1_000]);
        assertThat(reserved).hasValue(0);
        AnswerResponses.requireRoom(answer, new byte[LONG_TEXT]);
        assertThat(reserved).as("of the heap and of direct memory").hasValueGreaterThan(LONG_TEXT);
        OpenAnswer crowded = answered(0, _ -> false);
        assertRefused(529, () -> AnswerResponses.requireRoom(crowded, new byte[LONG_TEXT]));
    }

    private OpenAnswer answered(int textBytes, LongPredicate room) {
        OpenAnswer answer = answers.open(GenerationId.unsigned(CLOCK, 0), room, _ -> {}, () -> {});
        byte[] frames = """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],"x":"%s"}}

                event: message_stop
                data: {"type":"message_stop"}

                """.formatted("x".repeat(textBytes)).getBytes(UTF_8);
        answers.offer(0, 0, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, frames, true));
        return answer;
    }
}
