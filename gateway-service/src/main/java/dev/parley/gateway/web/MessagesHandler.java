package dev.parley.gateway.web;

import dev.parley.gateway.request.RequestParser;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v1/messages}: the Claude Messages API. */
public final class MessagesHandler {
    private final ChatHandler handler;
    private final RequestParser parser;

    public MessagesHandler(ChatHandler handler, RequestParser parser) {
        this.handler = handler;
        this.parser = parser;
    }

    public Mono<ServerResponse> create(ServerRequest request) {
        return handler.answer(request, parser);
    }
}
