package dev.parley.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;

class ErrorResponsesTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final ErrorResponses responses = new ErrorResponses(
            new KeyGuessThrottle(new KeyGuessSettings(20, Duration.ofSeconds(1), 200, 10), CLOCK),
            new SimpleMeterRegistry(),
            CLOCK);

    @Test
    void namesTheApiToUseInsteadOfOpenAisResponses() {
        assertThat(notFound("/v1/responses"))
                .contains("Use /v1/chat/completions, or Claude's /v1/messages.", "\"code\":\"not_found\"");
        assertThat(notFound("/v1/responses/resp_1")).contains("Use /v1/chat/completions");
        assertThat(notFound("/v1/embeddings")).contains("There is nothing at this address.");
    }

    private String notFound(String path) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post(path));
        responses
                .handle(exchange, new ResponseStatusException(HttpStatus.NOT_FOUND))
                .block();
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
        return String.valueOf(exchange.getResponse().getBodyAsString().block());
    }
}
