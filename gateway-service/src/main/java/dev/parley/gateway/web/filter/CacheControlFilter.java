package dev.parley.gateway.web.filter;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Forbids caching of every response, errors included, unless its handler has set another policy. Shared caches do not treat {@code
 * x-api-key} as a credential: without this header they may store a response and return it to another key (RFC 9111, sections
 * 3 and 4.2.2). Applied just before the response is committed, after the handler.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class CacheControlFilter implements WebFilter {
    /** {@code no-store} is sufficient by RFC 9111; some caches honour only {@code private}. */
    static final String PRIVATE = "private, no-store";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse().beforeCommit(() -> {
            HttpHeaders headers = exchange.getResponse().getHeaders();
            if (!headers.containsHeader(HttpHeaders.CACHE_CONTROL)) {
                headers.setCacheControl(PRIVATE);
            }
            return Mono.empty();
        });
        return chain.filter(exchange);
    }
}
