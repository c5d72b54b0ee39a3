package dev.parley.gateway.web;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Lets pages of the sites that are allowed call {@code /v1} from a browser, by the CORS protocol
 * (https://fetch.spec.whatwg.org/#http-cors-protocol): front ends whose pages talk to models themselves. A key travels in a
 * header that a page has to set, and cookies are not allowed, so no site uses a key that its page does not know. Requests of
 * any other site are answered as those of programs are; it is the browser that keeps the responses from its page.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class CrossOrigin implements WebFilter {
    private static final String API = "/v1/";
    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Duration PERMISSION = Duration.ofHours(1);

    private final CrossOriginSettings settings;

    private CrossOrigin(CrossOriginSettings settings) {
        this.settings = settings;
    }

    /**
     * A filter.
     *
     * @param localKey the key in clear of a gateway on one machine, empty for none
     * @throws IllegalArgumentException if every site is allowed where the key is one that everybody knows
     */
    public static CrossOrigin of(CrossOriginSettings settings, String localKey) {
        if (settings.any() && !localKey.isEmpty()) {
            throw new IllegalArgumentException(
                    "with a local key every page that this machine's browsers open could ask: name the origins");
        }
        return new CrossOrigin(settings);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        if (settings.origins().isEmpty() || !request.getPath().value().startsWith(API)) {
            return chain.filter(exchange);
        }
        HttpHeaders answer = exchange.getResponse().getHeaders();
        answer.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        Optional<String> origin =
                Optional.ofNullable(request.getHeaders().getOrigin()).filter(this::allows);
        if (origin.isEmpty()) {
            return chain.filter(exchange);
        }
        answer.setAccessControlAllowOrigin(origin.get());
        if (!isPreflight(request)) {
            answer.setAccessControlExposeHeaders(List.of("*"));
            return chain.filter(exchange);
        }
        answer.setAccessControlAllowMethods(METHODS);
        answer.setAccessControlAllowHeaders(request.getHeaders().getAccessControlRequestHeaders());
        answer.setAccessControlMaxAge(PERMISSION);
        exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
        return exchange.getResponse().setComplete();
    }

    private boolean allows(String origin) {
        return settings.any() || settings.origins().contains(origin);
    }

    private static boolean isPreflight(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.OPTIONS)
                && request.getHeaders().getAccessControlRequestMethod() != null;
    }
}
