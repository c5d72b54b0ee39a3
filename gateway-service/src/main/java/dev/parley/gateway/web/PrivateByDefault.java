package dev.parley.gateway.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Keeps every response out of caches, errors included, unless its handler has decided otherwise. A shared cache does not
 * know {@code x-api-key} for a credential: without this header it may store a response and give it to another key (RFC
 * 9111, sections 3 and 4.2.2). Decided just before the response is committed, so that a handler comes first.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class PrivateByDefault implements WebFilter {
    /** {@code no-store} alone is enough for caches that follow RFC 9111; others look for {@code private} only. */
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
