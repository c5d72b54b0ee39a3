package dev.parley.gateway.web;

import io.netty.handler.codec.http.HttpVersion;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Rejects HTTP/1.1 requests without exactly one {@code Host}, as RFC 9112, section 3.2, requires. */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class HostHeaderFilter implements WebFilter {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        int hosts = request.getHeaders().getOrEmpty(HttpHeaders.HOST).size();
        return hosts > 1 || (hosts == 0 && isHttp11(request))
                ? Mono.error(ApiErrorException.invalidRequest("host: a request of HTTP/1.1 has this header once"))
                : chain.filter(exchange);
    }

    private static boolean isHttp11(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest http
                && http.version().equals(HttpVersion.HTTP_1_1);
    }
}
