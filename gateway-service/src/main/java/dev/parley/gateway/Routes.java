package dev.parley.gateway;

import static org.springframework.web.reactive.function.server.RequestPredicates.method;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** Collects routes by path. The other methods of a path get 405. */
final class Routes {
    private final RouterFunctions.Builder routes = RouterFunctions.route();

    Routes add(String pattern, Map<HttpMethod, HandlerFunction<ServerResponse>> handlers) {
        handlers.forEach((method, handler) -> routes.route(method(method).and(path(pattern)), handler));
        routes.route(
                path(pattern),
                request -> Mono.error(new MethodNotAllowedException(request.method(), handlers.keySet())));
        return this;
    }

    RouterFunction<ServerResponse> build() {
        return routes.build();
    }
}
