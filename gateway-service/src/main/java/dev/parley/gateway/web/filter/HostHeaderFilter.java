package dev.parley.gateway.web.filter;

import dev.parley.gateway.web.response.ApiErrorException;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
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

/**
 * Rejects HTTP/1.1 requests without exactly one {@code Host}, as RFC 9112, section 3.2, requires, and requests for other hosts
 * than the allowed ones. A page of another site whose name resolves to this gateway (DNS rebinding) is of the same origin for its
 * browser, so CORS does not restrict it: it could use keys that are public, such as the local key. Its {@code Host} is never a
 * numeric address.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class HostHeaderFilter implements WebFilter {
    /** Permitted hosts; if empty, any. */
    private final Set<String> allowed = new HashSet<>();

    /**
     * A filter for the hosts of the settings.
     *
     * @param localKey empty for none; with one, {@code localhost} is permitted, and other names only if they are set
     */
    public HostHeaderFilter(HostSettings settings, String localKey) {
        settings.allowed().forEach(name -> allowed.add(name.toLowerCase(Locale.ROOT)));
        if (!localKey.isEmpty()) {
            allowed.add("localhost");
        }
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        int hosts = request.getHeaders().getOrEmpty(HttpHeaders.HOST).size();
        if (hosts > 1 || (hosts == 0 && isHttp11(request))) {
            return Mono.error(ApiErrorException.invalidRequest("host: a request of HTTP/1.1 has this header once"));
        }
        return hosts == 0 || isAllowed(HostName.of(request.getHeaders()))
                ? chain.filter(exchange)
                : Mono.error(new ApiErrorException(403, "host: This is not a host of this gateway."));
    }

    private boolean isAllowed(String host) {
        return allowed.isEmpty()
                || allowed.contains(host)
                || NetUtil.createInetAddressFromIpAddressString(host.replaceFirst("^\\[(.*)]$", "$1")) != null;
    }

    private static boolean isHttp11(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest http
                && http.version().equals(HttpVersion.HTTP_1_1);
    }
}
