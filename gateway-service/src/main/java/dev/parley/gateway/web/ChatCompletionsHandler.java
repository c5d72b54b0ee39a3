package dev.parley.gateway.web;

import dev.parley.gateway.openai.ChatRequestParser;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v1/chat/completions}: OpenAI's API. Translated at the door; behind it, all requests are alike. */
public final class ChatCompletionsHandler {
    private final AnswerDesk desk;
    private final ChatRequestParser reader;

    public ChatCompletionsHandler(AnswerDesk desk, ChatRequestParser reader) {
        this.desk = desk;
        this.reader = reader;
    }

    public Mono<ServerResponse> create(ServerRequest request) {
        return desk.answer(request, reader);
    }
}
