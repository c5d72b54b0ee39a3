package dev.parley.gateway.web.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationIds;
import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.answer.Opening;
import dev.parley.gateway.limits.RateLimits;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.messages.ApiError;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;

class ErrorResponsesTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ErrorResponses responses = new ErrorResponses(
            new KeyGuessThrottle(new KeyGuessSettings(20, Duration.ofSeconds(1), 200, 10), System::nanoTime),
            registry,
            CLOCK);

    @Test
    void namesTheApiToUseInsteadOfOpenAisResponses() {
        assertThat(notFound("/v1/responses"))
                .contains("Use /v1/chat/completions, or Claude's /v1/messages.", "\"code\":\"not_found\"");
        assertThat(notFound("/v1/responses/resp_1")).contains("Use /v1/chat/completions");
        assertThat(notFound("/v1/v1/responses")).contains("Use /v1/chat/completions");
    }

    /** LlamaIndex calls it by default for servers that it does not know. */
    @Test
    void namesTheApiToUseInsteadOfOpenAisCompletions() {
        assertThat(notFound("/v1/completions"))
                .contains("Use /v1/chat/completions, or Claude's /v1/messages.", "\"code\":\"not_found\"");
        assertThat(notFound("/completions")).contains("Use /v1/chat/completions");
    }

    @ParameterizedTest
    @CsvSource({"/v1/embeddings, true", "/v1/embeddings/1, false", "/v1/completions1, false"})
    void anUnknownAddressOfOpenAisApiHasItsFormat(String path, boolean openAi) {
        assertThat(notFound(path).contains("\"code\":\"not_found\"")).isEqualTo(openAi);
    }

    /** Of Anthropic's clients, some add {@code /v1} to their base URL and some do not. */
    @ParameterizedTest
    @CsvSource({
        "/messages, /v1/messages",
        "/v1/v1/messages, /v1/messages",
        "/v1/v1/messages/count_tokens, /v1/messages/count_tokens",
        "/chat/completions, /v1/chat/completions",
        "/v1/v1/chat/completions, /v1/chat/completions",
        "/models, /v1/models",
    })
    void namesTheAddressThatAClientWithAnotherBaseUrlMeans(String path, String meant) {
        assertThat(notFound(path))
                .contains("There is nothing at this address. If " + meant + " is meant, check the client's base URL.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/embeddings", "/v1", "/v1/v1/embeddings", "/embeddings", "/v1/messages"})
    void namesNoOtherAddressThanThose(String path) {
        assertThat(notFound(path)).contains("\"There is nothing at this address.\"");
    }

    @ParameterizedTest
    @CsvSource({
        "MESSAGES, /events, false",
        "MESSAGES, /events?format=messages, false",
        "MESSAGES, /events?format=chat_completions, true",
        "MESSAGES, /events?format=pdf, false",
        "MESSAGES, /cancel?format=chat_completions, false",
        "CHAT_COMPLETIONS, /events, true",
        "CHAT_COMPLETIONS, /events?format=messages, false",
        "CHAT_COMPLETIONS, /events?format=chat_completions, true",
        "CHAT_COMPLETIONS, /cancel, true"
    })
    void anErrorOfAResumedAnswerIsInTheFormatOfItsReader(AnswerFormat asked, String rest, boolean openAi) {
        String id = new GenerationIds(new byte[] {1})
                .next(CLOCK, 0, new TenantId("t"), asked, Optional.empty())
                .value();
        assertThat(notFound("/v1/generations/" + id + rest).contains("\"code\""))
                .isEqualTo(openAi);
    }

    @Test
    void aDefectHasTheErrorOfClaude() {
        assertThat(response("/v1/messages", new IllegalStateException("a defect"), HttpStatus.INTERNAL_SERVER_ERROR))
                .contains("{\"type\":\"api_error\",\"message\":\"Internal server error\"}");
    }

    /** OpenAI's SDK for .NET does not retry 529. */
    @ParameterizedTest
    @CsvSource({
        "/v1/messages, 529, overloaded_error",
        "/v1/chat/completions, 503, overloaded",
    })
    void anOverloadHasAStatusThatSdksRetry(String path, int status, String name) {
        MockServerWebExchange exchange = failed(path, new ApiErrorException(529, "Too many answers are open.", "1"));
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatusCode.valueOf(status));
        assertThat(body(exchange)).contains("\"" + name + "\"");
        assertThat(exchange.getResponse().getHeaders().getFirst("retry-after")).isEqualTo("1");
    }

    /** Clients wait for as long as they are told. Those of OpenAI's API decide by the type whether to retry. */
    @ParameterizedTest
    @CsvSource({
        "/v1/messages, true, rate_limit_error,",
        "/v1/messages, false, rate_limit_error, 18000",
        "/v1/chat/completions, true, insufficient_quota,",
        "/v1/chat/completions, false, rate_limit_error, 18000"
    })
    void aSpentBudgetHasNoTimeToWait(String path, boolean spent, String type, @Nullable String retryAfter) {
        MockServerWebExchange exchange =
                failed(path, new ApiErrorException(ApiError.of(429, "It is spent."), "18000", RateLimits.NONE, spent));
        assertThat(body(exchange)).contains("\"type\":\"" + type + "\"");
        assertThat(exchange.getResponse().getHeaders().getFirst("retry-after")).isEqualTo(retryAfter);
    }

    /** Anthropic's own spend limit, which is passed on. */
    @Test
    void aSpendLimitOfClaudeIsASpentBudget() {
        byte[] limit = ApiError.of(429, "You have reached your specified API usage limits.")
                .body("req_1");
        var refused = new Opening.Refused(429, "", false, limit);
        assertThat(body(failed("/v1/chat/completions", new ApiErrorException(refused))))
                .contains("\"type\":\"insufficient_quota\"", "\"code\":\"insufficient_quota\"");
    }

    /** With one key in the system, its users get 429 while places are free: limits of keys have the same type. */
    @Test
    void countsRefusalsOfAKeyThatHasItsShareApart() {
        SharedPool pool = new SharedPool(2, "Too many answers are open.");
        try (var _ = pool.take("a")) {
            failed("/v1/messages", catchThrowable(() -> pool.take("a")));
        }
        failed("/v1/messages", new ApiErrorException(429, "A limit of the key."));
        assertThat(registry.get("parley.share.refusals").counter().count()).isEqualTo(1);
        assertThat(registry.get("parley.gateway.refusals")
                        .tags("resource", "messages", "type", "rate_limit_error")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    private String notFound(String path) {
        return response(path, new ResponseStatusException(HttpStatus.NOT_FOUND), HttpStatus.NOT_FOUND);
    }

    /** The body of the response to a request that has failed. */
    private String response(String path, Throwable failure, HttpStatus status) {
        MockServerWebExchange exchange = failed(path, failure);
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(status);
        return body(exchange);
    }

    private MockServerWebExchange failed(String path, Throwable failure) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post(path));
        responses.handle(exchange, failure).block();
        return exchange;
    }

    private static String body(MockServerWebExchange exchange) {
        return String.valueOf(exchange.getResponse().getBodyAsString().block());
    }
}
