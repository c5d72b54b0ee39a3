package dev.parley.gateway.web.input;

import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.response.ApiErrorException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Authenticates requests and reads their bodies for handlers that may block: their work is done on a worker. */
public final class CallerRequests {
    private final Authentication authentication;
    private final RequestBodies bodies;
    private final Scheduler workers;

    public CallerRequests(Authentication authentication, RequestBodies bodies, Scheduler workers) {
        this.authentication = authentication;
        this.bodies = bodies;
        this.workers = workers;
    }

    /** The caller, on a worker; or an {@link ApiErrorException}. */
    public Mono<Caller> caller(ServerRequest request) {
        return authentication.check(request.headers().asHttpHeaders()).publishOn(workers);
    }

    /**
     * Runs work with the caller and the body, on a worker; or an {@link ApiErrorException}. The body counts until the work has
     * ended.
     *
     * @param bytesMax of the body
     */
    public <T> Mono<T> withBody(ServerRequest request, int bytesMax, BiFunction<Caller, byte[], Mono<T>> work) {
        return authentication
                .check(request.headers().asHttpHeaders())
                .flatMap(caller -> withBody(request, caller, bytesMax, body -> work.apply(caller, body)));
    }

    /** The same with the bound of all bodies. */
    public <T> Mono<T> withBody(ServerRequest request, BiFunction<Caller, byte[], Mono<T>> work) {
        return withBody(request, bodies.bytesMax(), work);
    }

    /** The same for a known caller. */
    public <T> Mono<T> withBody(ServerRequest request, Caller caller, int bytesMax, Function<byte[], Mono<T>> work) {
        return bodies.with(
                request,
                caller.identity(),
                bytesMax,
                body -> body.publishOn(workers).flatMap(work));
    }
}
