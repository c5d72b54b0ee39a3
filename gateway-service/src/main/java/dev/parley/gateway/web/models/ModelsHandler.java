package dev.parley.gateway.web.models;

import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.limits.LimitCheck;
import dev.parley.gateway.model.Models;
import dev.parley.gateway.web.input.Authentication;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.Dialect;
import dev.parley.gateway.web.response.JsonResponse;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/models} and {@code GET /v1/models/{model}}: the models that a key may use, in the format of the client's API. */
public final class ModelsHandler {
    private final Authentication authentication;
    private final Models models;
    private final LimitCheck limitCheck;

    public ModelsHandler(Authentication authentication, Models models, LimitCheck limitCheck) {
        this.authentication = authentication;
        this.models = models;
        this.limitCheck = limitCheck;
    }

    public Mono<ServerResponse> list(ServerRequest request) {
        return answer(request, limits -> {
            Models usable = models.only(limits.models(), model -> limitCheck.mayUse(limits, model));
            return switch (Dialect.of(request.exchange().getRequest())) {
                case ANTHROPIC ->
                    usable.anthropic(
                            request.queryParam("after_id"),
                            request.queryParam("before_id"),
                            request.queryParam("limit"));
                case OPENAI -> usable.openAi();
            };
        });
    }

    public Mono<ServerResponse> read(ServerRequest request) {
        String id = request.pathVariable("model");
        return answer(request, limits -> {
            var model = models.find(id)
                    .filter(found -> limitCheck.mayUse(limits, found.id()))
                    .orElseThrow(() -> new ApiErrorException(404, "There is no such model: " + id));
            return switch (Dialect.of(request.exchange().getRequest())) {
                case ANTHROPIC -> models.anthropic(model);
                case OPENAI -> Models.openAi(model);
            };
        });
    }

    private Mono<ServerResponse> answer(ServerRequest request, Function<KeyLimits, ObjectNode> lookUp) {
        return authentication
                .check(request.headers().asHttpHeaders())
                .map(caller -> lookUp.apply(caller.limits()))
                .onErrorMap(
                        IllegalArgumentException.class,
                        e -> ApiErrorException.invalidRequest(String.valueOf(e.getMessage())))
                .flatMap(found -> JsonResponse.of(200, found));
    }
}
