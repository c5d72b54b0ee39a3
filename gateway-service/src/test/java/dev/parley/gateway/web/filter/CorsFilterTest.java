package dev.parley.gateway.web.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;

class CorsFilterTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String ALLOWED = "https://chat.example.com";
    private static final String OTHER = "https://other.example.com";

    private final AtomicBoolean handled = new AtomicBoolean();

    @Test
    void answersThePreflightOfAnAllowedOrigin() {
        HttpHeaders answer = preflight(CHAT, ALLOWED, ALLOWED);
        assertThat(answer.getAccessControlAllowOrigin()).isEqualTo(ALLOWED);
        assertThat(answer.getAccessControlAllowMethods()).contains(HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);
        assertThat(answer.getAccessControlAllowHeaders()).containsExactly("authorization", "x-stainless-lang");
        assertThat(answer.getAccessControlAllowCredentials()).isFalse();
        assertThat(handled).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, " + ALLOWED + ", " + CHAT,
                ALLOWED + ", " + OTHER + ", " + CHAT,
                ALLOWED + ", http://chat.example.com, " + CHAT,
                ALLOWED + ", null, " + CHAT,
                ALLOWED + ", " + ALLOWED + ", /admin/keys",
                ALLOWED + ", " + ALLOWED + ", /page/config.json",
            })
    void ignoresOtherOriginsAndPaths(String allowed, String origin, String path) {
        HttpHeaders answer = preflight(path, origin, allowed == null ? new String[0] : new String[] {allowed});
        assertThat(answer.headerNames()).noneMatch(name -> name.startsWith("Access-Control"));
        assertThat(handled).isTrue();
    }

    @Test
    void exposesAllResponseHeaders() {
        var request = MockServerHttpRequest.post(CHAT).header("Origin", ALLOWED);
        HttpHeaders answer = filtered(request, ALLOWED, OTHER);
        assertThat(answer.getAccessControlAllowOrigin()).isEqualTo(ALLOWED);
        assertThat(answer.getAccessControlExposeHeaders()).containsExactly("*");
        assertThat(answer.getVary()).containsExactly("Origin");
        assertThat(handled).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/v1/answers/ans_1, " + OTHER,
                "/v1/answers/ans_1, " + ALLOWED,
                "/v1/answers/ans_1, none",
                "/v1/answers/ans_1/events, " + OTHER,
                "/v1/collections/acme.help, " + OTHER,
                "/v1/t/acme/answers/ans_1, " + OTHER,
            })
    void publishedAnswersAreTheSameForAllOrigins(String path, String origin) {
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
            var request = MockServerHttpRequest.method(method, path);
            HttpHeaders answer = filtered(origin == null ? request : request.header("Origin", origin), ALLOWED);
            assertThat(answer.getAccessControlAllowOrigin()).isEqualTo("*");
            assertThat(answer.getAccessControlExposeHeaders()).containsExactly("*");
            assertThat(answer.getVary()).isEmpty();
        }
    }

    @Test
    void theQuestionsOfACollectionBelongToAKey() {
        String path = "/v1/collections/help/questions/one";
        HttpHeaders answer = filtered(MockServerHttpRequest.get(path).header("Origin", OTHER), ALLOWED);
        assertThat(answer.getAccessControlAllowOrigin()).isNull();
        assertThat(answer.getVary()).containsExactly("Origin");
        assertThat(preflight(path, ALLOWED, ALLOWED).getAccessControlAllowOrigin())
                .isEqualTo(ALLOWED);
    }

    @Test
    void publishedAnswersHaveNoHeadersIfNoOriginIsConfigured() {
        HttpHeaders answer =
                filtered(MockServerHttpRequest.get("/v1/answers/ans_1").header("Origin", OTHER));
        assertThat(answer.headerNames()).noneMatch(name -> name.startsWith("Access-Control"));
        assertThat(answer.getVary()).isEmpty();
    }

    @Test
    void allowsEveryOriginWithAnAsterisk() {
        assertThat(preflight(CHAT, OTHER, "*").getAccessControlAllowOrigin()).isEqualTo(OTHER);
    }

    @Test
    void rejectsAnAsteriskWithALocalKey() {
        CorsSettings any = new CorsSettings(List.of("*"));
        assertThatIllegalArgumentException().isThrownBy(() -> new CorsFilter(any, "parley-local"));
        assertThat(new CorsFilter(new CorsSettings(List.of(ALLOWED)), "parley-local"))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://chat.example.com/", "chat.example.com", "https://", "https://*.example.com", ""})
    void rejectsInvalidOrigins(String origin) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CorsSettings(List.of(origin)));
    }

    private HttpHeaders preflight(String path, String origin, String... allowed) {
        return filtered(
                MockServerHttpRequest.options(path)
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization, x-stainless-lang"),
                allowed);
    }

    private HttpHeaders filtered(MockServerHttpRequest.BaseBuilder<?> request, String... allowed) {
        var exchange = MockServerWebExchange.from(request);
        new CorsFilter(new CorsSettings(List.of(allowed)), "")
                .filter(exchange, _ -> Mono.fromRunnable(() -> handled.set(true)))
                .block();
        return exchange.getResponse().getHeaders();
    }
}
