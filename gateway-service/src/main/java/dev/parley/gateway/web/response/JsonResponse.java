package dev.parley.gateway.web.response;

import dev.parley.contracts.event.TurnCodec;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Responses with JSON in snake case, as in events. */
public final class JsonResponse {
    private JsonResponse() {}

    public static Mono<ServerResponse> of(int status, Object body) {
        return of(ServerResponse.status(status), body);
    }

    /** The same with headers that are set before. */
    public static Mono<ServerResponse> of(ServerResponse.BodyBuilder response, Object body) {
        return response.contentType(MediaType.APPLICATION_JSON).bodyValue(TurnCodec.MAPPER.writeValueAsBytes(body));
    }
}
