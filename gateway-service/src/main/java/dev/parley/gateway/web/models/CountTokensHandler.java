package dev.parley.gateway.web.models;

import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.claude.TokenCounter;
import dev.parley.gateway.claude.TokenCounter.Reply;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.model.ModelAliases;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.messages.RequestEditor;
import java.time.Clock;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * {@code POST /v1/messages/count_tokens}: forwards the client's bytes to Claude, and Claude's response back. The stronger model
 * of an alias counts. A model that {@code models} of the key does not permit is 404, as for a chat, and a body whose model cannot
 * be read is 400.
 */
public final class CountTokensHandler {
    private final CallerRequests callers;
    private final TokenCounter counter;
    private final LimitCheck limitCheck;
    private final ModelAliases aliases;
    private final SharedPool calls;
    /** Quota of calls, whose rate at Claude all tenants share. */
    private final MinuteQuota<TenantId> quota;

    public CountTokensHandler(
            CallerRequests callers,
            TokenCounter counter,
            LimitCheck limitCheck,
            ModelAliases aliases,
            ClaudeSettings settings,
            Clock clock) {
        this.calls = new SharedPool(settings.callsMax(), "Too many requests are being counted.");
        this.quota = new MinuteQuota<>(settings.countsPerMinute(), clock);
        this.callers = callers;
        this.counter = counter;
        this.limitCheck = limitCheck;
        this.aliases = aliases;
    }

    public Mono<ServerResponse> count(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        String version = RequestValue.version(headers);
        String beta = RequestValue.betas(headers);
        return callers.withBody(
                        request,
                        (caller, body) -> calls.during(caller.identity(), _ -> count(caller, version, beta, body)))
                .flatMap(
                        reply -> respond(reply, request.exchange().getResponse().getHeaders()));
    }

    private Mono<Reply> count(Caller caller, String version, String beta, byte[] body) {
        byte[] request = withModel(caller, body);
        ApiErrorException.refuseFor(quota.take(caller.tenant()), "Too many requests are counted.");
        return counter.count(version, beta, request);
    }

    /** Not sent if the model cannot be read: Claude's parser might accept what this one does not. */
    private byte[] withModel(Caller caller, byte[] body) {
        try {
            return RequestEditor.withModel(body, model -> permitted(caller, model));
        } catch (JacksonException e) {
            throw ApiErrorException.invalidRequest(
                    "The request body is not valid JSON in UTF-8, or nested too deeply.");
        }
    }

    private String permitted(Caller caller, String model) {
        if (!limitCheck.allows(caller.limits(), model)) {
            throw ApiErrorException.unknownModel(model);
        }
        return aliases.strongest(model);
    }

    private static Mono<ServerResponse> respond(Reply reply, HttpHeaders response) {
        if (!reply.requestId().isEmpty()) {
            response.set(HeaderNames.REQUEST_ID, reply.requestId());
        }
        return switch (reply) {
            case Reply.Counted counted ->
                ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(counted.body());
            case Reply.Refused refused ->
                Mono.error(new ApiErrorException(refused.error(), refused.retryAfter(), !refused.noRetry()));
        };
    }
}
