package dev.parley.gateway.web;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.ConversationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.gateway.session.Caller;
import dev.parley.messages.ApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * {@code GET /v1/conversations} and {@code GET /v1/conversations/{id}}: the history as persistence-worker has stored it,
 * of the caller's tenant only. {@code limit} (1 to 100, default 20) and {@code after} (the {@code next} of the page
 * before) page both; {@code user} names whose conversations are listed, by default the key's own.
 */
public final class ConversationsHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConversationsHandler.class);
    private static final String DEFAULT_LIMIT = "20";
    private static final String SOON = "5";

    private final Authentication authentication;
    private final ConversationReader reader;
    private final Scheduler workers;

    public ConversationsHandler(Authentication authentication, ConversationReader reader, Scheduler workers) {
        this.authentication = authentication;
        this.reader = reader;
        this.workers = workers;
    }

    Mono<ServerResponse> list(ServerRequest request) {
        return answer(request, caller -> {
            String user = request.queryParam("user").orElse(caller.keyName());
            return request.queryParam("after")
                    .map(after -> reader.list(caller.tenant(), user, limit(request), after))
                    .orElseGet(() -> reader.list(caller.tenant(), user, limit(request)));
        });
    }

    Mono<ServerResponse> read(ServerRequest request) {
        return answer(request, caller -> {
            ConversationId conversation = new ConversationId(request.pathVariable("id"));
            return request.queryParam("after")
                    .map(after -> reader.read(caller.tenant(), conversation, limit(request), after))
                    .orElseGet(() -> reader.read(caller.tenant(), conversation, limit(request)))
                    .orElseThrow(() -> new ApiErrorException(ApiError.of(404, "There is no such conversation.")));
        });
    }

    /** Looks something up; blocks its thread. */
    private interface LookUp {
        Object of(Caller caller);
    }

    private Mono<ServerResponse> answer(ServerRequest request, LookUp lookUp) {
        return authentication
                .check(request.headers().asHttpHeaders())
                .publishOn(workers)
                .map(lookUp::of)
                .onErrorMap(
                        IllegalArgumentException.class,
                        e -> new ApiErrorException(ApiError.invalidRequest(
                                "This is no identifier, limit or cursor of ours: " + e.getMessage() + ".")))
                .onErrorMap(SdkException.class, e -> {
                    LOG.warn("The history cannot be read: {}", e.toString());
                    return new ApiErrorException(ApiError.of(503, "The history cannot be read at the moment."), SOON);
                })
                .flatMap(found -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(TurnCodec.MAPPER.writeValueAsBytes(found)));
    }

    private static int limit(ServerRequest request) {
        return Integer.parseInt(request.queryParam("limit").orElse(DEFAULT_LIMIT));
    }
}
