package dev.parley.gateway.web.keys;

import dev.parley.gateway.session.Administrator;
import dev.parley.gateway.session.Administrators;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.response.ApiErrorException;
import java.util.function.BiFunction;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Admits requests of operators, which have an admin key; without a configured one the response is 404. */
public record AdminAccess(Administrators administrators, Scheduler workers) {
    /** A handler that runs an action of an operator, on a worker. */
    public HandlerFunction<ServerResponse> guarded(
            BiFunction<ServerRequest, Administrator, Mono<ServerResponse>> action) {
        return request -> {
            if (!administrators.exist()) {
                return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
            }
            return Authentication.presented(request.headers().asHttpHeaders())
                    .flatMap(administrators::find)
                    .map(administrator -> Mono.defer(() -> action.apply(request, administrator))
                            .subscribeOn(workers))
                    .orElseGet(() -> Mono.error(() -> new ApiErrorException(401, "x-api-key must be the admin key.")));
        };
    }
}
