package dev.parley.gateway;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.core.io.Resource;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** The names of all routes, such as {@code GET /v1/models}, or {@code ANY /v1/models} for all other methods. */
final class RouteNames implements RouterFunctions.Visitor {
    private static final Pattern ROUTE = Pattern.compile("(?:([A-Z]+) && )?(/[^ ()|]*)");

    private final Set<String> names = new TreeSet<>();

    private RouteNames() {}

    static Set<String> of(Collection<? extends RouterFunction<?>> functions) {
        RouteNames names = new RouteNames();
        functions.forEach(function -> function.accept(names));
        return names.names;
    }

    @Override
    public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
        ROUTE.matcher(predicate.toString())
                .results()
                .forEach(route -> names.add(Optional.ofNullable(route.group(1)).orElse("ANY") + " " + route.group(2)));
    }

    @Override
    public void startNested(RequestPredicate predicate) {
        throw new UnsupportedOperationException("routes are not nested here: " + predicate);
    }

    @Override
    public void endNested(RequestPredicate predicate) {
        throw new UnsupportedOperationException("routes are not nested here: " + predicate);
    }

    @Override
    public void resources(Function<ServerRequest, Mono<Resource>> lookup) {
        throw new UnsupportedOperationException("no resources are served by their names");
    }

    @Override
    public void attributes(Map<String, Object> attributes) {}

    @Override
    public void unknown(RouterFunction<?> function) {
        throw new UnsupportedOperationException("a route that cannot be named: " + function);
    }
}
