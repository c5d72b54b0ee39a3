package dev.parley.gateway.web;

import dev.parley.gateway.openai.ChatRequestParser;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v1/chat/completions}: OpenAI's API, translated to the Messages API. */
public final class ChatCompletionsHandler {
    private final ChatHandler handler;
    private final ChatRequestParser reader;

    public ChatCompletionsHandler(ChatHandler handler, ChatRequestParser reader) {
        this.handler = handler;
        this.reader = reader;
    }

    public Mono<ServerResponse> create(ServerRequest request) {
        return handler.answer(request, reader);
    }
}
