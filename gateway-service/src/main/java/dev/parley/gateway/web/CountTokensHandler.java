package dev.parley.gateway.web;

import dev.parley.gateway.claude.TokenCounter;
import dev.parley.gateway.claude.TokenCounter.Reply;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v1/messages/count_tokens}: the client's bytes to Claude, and Claude's back. */
public final class CountTokensHandler {
    private final Authentication authentication;
    private final RequestBodies bodies;
    private final TokenCounter counter;

    public CountTokensHandler(Authentication authentication, RequestBodies bodies, TokenCounter counter) {
        this.authentication = authentication;
        this.bodies = bodies;
        this.counter = counter;
    }

    public Mono<ServerResponse> count(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        String version =
                Optional.ofNullable(headers.getFirst(Names.ANTHROPIC_VERSION)).orElse(Names.DEFAULT_VERSION);
        String beta = String.join(",", headers.getOrEmpty(Names.ANTHROPIC_BETA));
        return bodies.with(
                        request,
                        body -> Mono.zip(authentication.check(headers), body)
                                .flatMap(parts -> Mono.fromFuture(() -> counter.count(version, beta, parts.getT2()))))
                .flatMap(
                        reply -> respond(reply, request.exchange().getResponse().getHeaders()));
    }

    private static Mono<ServerResponse> respond(Reply reply, HttpHeaders response) {
        if (!reply.requestId().isEmpty()) {
            response.set(Names.REQUEST_ID, reply.requestId());
        }
        return switch (reply) {
            case Reply.Counted counted ->
                ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(counted.body());
            case Reply.Refused refused -> Mono.error(new ApiErrorException(refused.error(), refused.retryAfter()));
        };
    }
}
