package dev.parley.gateway.web;

import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** The routes, except those of conversations and keys. */
public final class GatewayRoutes {
    private static final String MESSAGES = "/v1/messages";
    private static final String COUNT_TOKENS = "/v1/messages/count_tokens";
    private static final String MODELS = "/v1/models";
    private static final String MODEL = "/v1/models/{model}";
    private static final String CHAT_COMPLETIONS = "/v1/chat/completions";
    private static final String GENERATION = "/v1/generations/{generation}";
    private static final String EVENTS = "/v1/generations/{generation}/events";

    private GatewayRoutes() {}

    public static RouterFunction<ServerResponse> of(
            MessagesHandler messages,
            ChatCompletionsHandler chatCompletions,
            CountTokensHandler countTokens,
            ModelsHandler models,
            GenerationsHandler generations) {
        return route().POST(MESSAGES, messages::create)
                .POST(CHAT_COMPLETIONS, chatCompletions::create)
                .POST(COUNT_TOKENS, countTokens::count)
                .GET(MODELS, models::list)
                .GET(MODEL, models::read)
                .GET(EVENTS, generations::events)
                .DELETE(GENERATION, generations::cancel)
                .route(
                        path(MESSAGES).or(path(CHAT_COMPLETIONS)).or(path(COUNT_TOKENS)),
                        request -> notAllowed(request, HttpMethod.POST))
                .route(path(GENERATION), request -> notAllowed(request, HttpMethod.DELETE))
                .route(path(EVENTS), request -> notAllowed(request, HttpMethod.GET))
                .route(path(MODELS).or(path(MODEL)), request -> notAllowed(request, HttpMethod.GET))
                .build();
    }

    private static Mono<ServerResponse> notAllowed(ServerRequest request, HttpMethod allowed) {
        return Mono.error(new MethodNotAllowedException(request.method(), Set.of(allowed)));
    }
}
