package dev.parley.gateway.web.keys;

import dev.parley.gateway.session.AdminKey;
import dev.parley.gateway.web.ApiErrorException;
import dev.parley.gateway.web.Authentication;
import dev.parley.messages.ApiError;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Admits requests of operators, which have the admin key; without a configured one the response is 404. */
record AdminAccess(AdminKey admin, Scheduler workers) {
    /** Runs an action on a worker. */
    Mono<ServerResponse> guarded(ServerRequest request, Function<ServerRequest, Mono<ServerResponse>> action) {
        if (!admin.exists()) {
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
        }
        return Authentication.presented(request.headers().asHttpHeaders())
                .filter(admin::matches)
                .map(_ -> Mono.defer(() -> action.apply(request)).subscribeOn(workers))
                .orElseGet(() -> Mono.error(
                        () -> new ApiErrorException(ApiError.of(401, "This takes the admin key in x-api-key."))));
    }
}
