package dev.parley.gateway.web.conversations;

import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** The routes of {@code /v1/conversations}. */
public final class ConversationRoutes {
    private static final String CONVERSATIONS = "/v1/conversations";
    private static final String CONVERSATION = "/v1/conversations/{id}";
    private static final String EXPORT = "/v1/conversations/{id}/export";

    private ConversationRoutes() {}

    public static RouterFunction<ServerResponse> of(
            ConversationsHandler conversations, ConversationChangesHandler changes, ExportHandler exports) {
        return route().GET(CONVERSATIONS, conversations::list)
                .GET(CONVERSATION, conversations::read)
                .PATCH(CONVERSATION, changes::rename)
                .DELETE(CONVERSATION, changes::delete)
                .GET(EXPORT, exports::export)
                .route(path(CONVERSATIONS).or(path(EXPORT)), request -> notAllowed(request, HttpMethod.GET))
                .route(
                        path(CONVERSATION),
                        request -> notAllowed(request, HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE))
                .build();
    }

    private static Mono<ServerResponse> notAllowed(ServerRequest request, HttpMethod... allowed) {
        return Mono.error(new MethodNotAllowedException(request.method(), Set.of(allowed)));
    }
}
