package dev.parley.gateway;

import static org.springframework.web.reactive.function.server.RequestPredicates.method;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** Collects routes by path, and counts the responses of each. The other methods of a path get 405. */
final class Routes {
    private final RouterFunctions.Builder routes = RouterFunctions.route();
    private final MeterRegistry registry;

    Routes(MeterRegistry registry) {
        this.registry = registry;
    }

    Routes add(String pattern, Map<HttpMethod, HandlerFunction<ServerResponse>> handlers) {
        // From the start, so that the rate includes the first response.
        Counter served = responses(pattern, false);
        Counter failed = responses(pattern, true);
        handlers.forEach((method, handler) -> routes.route(method(method).and(path(pattern)), request -> {
            count(request.exchange().getResponse(), served, failed);
            return handler.handle(request);
        }));
        routes.route(
                path(pattern),
                request -> Mono.error(new MethodNotAllowedException(request.method(), handlers.keySet())));
        return this;
    }

    private Counter responses(String pattern, boolean failed) {
        return Counter.builder("parley.gateway.responses")
                .description("Responses, by whether their status is 500 or more")
                .tag("uri", pattern)
                .tag("failed", Boolean.toString(failed))
                .register(registry);
    }

    /** Counts a response when its status is sent, which may be that of an exception. */
    private static void count(ServerHttpResponse response, Counter served, Counter failed) {
        response.beforeCommit(() -> {
            HttpStatusCode status = response.getStatusCode();
            (status != null && status.is5xxServerError() ? failed : served).increment();
            return Mono.empty();
        });
    }

    RouterFunction<ServerResponse> build() {
        return routes.build();
    }
}
