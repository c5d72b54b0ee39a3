package dev.parley.gateway.web.filter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Implements CORS (https://fetch.spec.whatwg.org/#http-cors-protocol) for {@code /v1} and the configured origins. A page has to set
 * the header with the key, and cookies are not allowed, so a page can use only a key that it knows. Requests of other origins are
 * served without CORS headers, and the browser withholds the responses. Spring's {@code CorsWebFilter} would reject them, and
 * with them clients that send an {@code Origin} outside of a browser.
 *
 * <p>Every origin may read published answers, which need no key, if any origin is configured. Their responses are the same for all
 * origins, because shared caches store them: {@code Vary: Origin} would give each origin, also invented ones, a copy of its own.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class CorsFilter implements WebFilter {
    private static final String API = "/v1/";
    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    /** Published answers and their collections, but not the questions of a collection, which belong to a key. */
    private static final Pattern PUBLISHED =
            Pattern.compile("/v1/(?:collections/[^/]+|answers/[^/]+(?:/events)?|t/[^/]+/answers/[^/]+)");

    private static final Duration PERMISSION = Duration.ofHours(1);

    private final CorsSettings settings;

    /** Does not permit all origins together with a local key, which is public on its machine; it is empty for none. */
    public CorsFilter(CorsSettings settings, String localKey) {
        if (settings.any() && !localKey.isEmpty()) {
            throw new IllegalArgumentException(
                    "with a local key every page that this machine's browsers open could ask: name the origins");
        }
        this.settings = settings;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        if (settings.origins().isEmpty() || !request.getPath().value().startsWith(API)) {
            return chain.filter(exchange);
        }
        HttpHeaders answer = exchange.getResponse().getHeaders();
        if (isPublished(request)) {
            answer.setAccessControlAllowOrigin(CorsSettings.ANY);
            answer.setAccessControlExposeHeaders(List.of(CorsSettings.ANY));
            return chain.filter(exchange);
        }
        answer.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        Optional<String> origin =
                Optional.ofNullable(request.getHeaders().getOrigin()).filter(this::allows);
        if (origin.isEmpty()) {
            return chain.filter(exchange);
        }
        answer.setAccessControlAllowOrigin(origin.get());
        if (!CorsUtils.isPreFlightRequest(request)) {
            answer.setAccessControlExposeHeaders(List.of(CorsSettings.ANY));
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

    private static boolean isPublished(ServerHttpRequest request) {
        return (request.getMethod().equals(HttpMethod.GET)
                        || request.getMethod().equals(HttpMethod.HEAD))
                && PUBLISHED.matcher(request.getPath().value()).matches();
    }
}
