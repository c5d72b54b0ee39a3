package dev.parley.gateway.web.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

class CacheControlFilterTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/v1/models"));

    @Test
    void responsesArePrivateByDefault() {
        assertThat(cacheControl(answered -> answered.getResponse().setComplete()))
                .containsExactly("private, no-store");
    }

    @Test
    void keepsTheCacheControlOfAHandler() {
        assertThat(cacheControl(answered -> {
                    answered.getResponse().getHeaders().setCacheControl(CacheControl.noCache());
                    return answered.getResponse().setComplete();
                }))
                .containsExactly("no-cache");
    }

    /** Error handlers write such a response after all filters. */
    @Test
    void errorResponsesArePrivate() {
        var failed = new CacheControlFilter()
                .filter(exchange, _ -> Mono.error(new IllegalStateException("broken")))
                .onErrorResume(_ -> exchange.getResponse().setComplete());
        failed.block(SOON);
        assertThat(exchange.getResponse().getHeaders().get(HttpHeaders.CACHE_CONTROL))
                .containsExactly("private, no-store");
    }

    private List<String> cacheControl(WebFilterChain chain) {
        new CacheControlFilter().filter(exchange, chain).block(SOON);
        return exchange.getResponse().getHeaders().getOrEmpty(HttpHeaders.CACHE_CONTROL);
    }
}
