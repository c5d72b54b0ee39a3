package dev.parley.gateway.web;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.gateway.page.LocalClient;
import dev.parley.gateway.pulse.Pulse;
import dev.parley.gateway.session.AdminKey;
import dev.parley.messages.ApiError;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code GET /pulse/events}: a snapshot a second, as a server-sent event, for who has the admin key, and for a browser
 * on the machine of a gateway in local mode.
 */
public final class PulseHandler {
    private static final String SOON = "5";

    private final Pulse pulse;
    private final AdminKey admin;
    private final boolean isLocal;

    /**
     * Makes a handler.
     *
     * @param isLocal whether the gateway is in local mode, which is on a loopback address only
     */
    public PulseHandler(Pulse pulse, AdminKey admin, boolean isLocal) {
        this.pulse = pulse;
        this.admin = admin;
        this.isLocal = isLocal;
    }

    public RouterFunction<ServerResponse> routes() {
        return route().GET("/pulse/events", this::events).build();
    }

    private Mono<ServerResponse> events(ServerRequest request) {
        return refusal(request).<Mono<ServerResponse>>map(Mono::error).orElseGet(this::stream);
    }

    private Optional<ApiErrorException> refusal(ServerRequest request) {
        boolean isOperator = Authentication.presented(request.headers().asHttpHeaders())
                .filter(admin::matches)
                .isPresent();
        if (!isOperator && !(isLocal && LocalClient.of(request).isTrusted())) {
            return Optional.of(new ApiErrorException(
                    admin.exists()
                            ? ApiError.of(401, "This takes the admin key in x-api-key.")
                            : ApiError.of(
                                    404, "The operators' page is closed: PARLEY_ADMIN_KEY_SHA256 names no key.")));
        }
        return pulse.isFull()
                ? Optional.of(new ApiErrorException(ApiError.of(529, "As many watch as may."), SOON))
                : Optional.empty();
    }

    private Mono<ServerResponse> stream() {
        var events = pulse.watch()
                .map(snapshot -> ServerSentEvent.builder(TurnCodec.MAPPER.writeValueAsString(snapshot))
                        .event("snapshot")
                        .build());
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .header("x-accel-buffering", "no")
                .header("x-content-type-options", "nosniff")
                .header("cross-origin-resource-policy", "same-origin")
                .body(BodyInserters.fromServerSentEvents(events));
    }
}
