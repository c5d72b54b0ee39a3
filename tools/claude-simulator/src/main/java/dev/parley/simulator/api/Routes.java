package dev.parley.simulator.api;

import dev.parley.simulator.answer.AnswerWriter;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.ModelCatalog;
import dev.parley.simulator.script.FaultPlan;
import dev.parley.simulator.script.FaultQueue;
import dev.parley.simulator.script.StreamScript;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/** The endpoints by method and path. Called by several threads; no endpoint blocks. */
public final class Routes implements Function<ReceivedRequest, StreamScript> {
    private final Map<String, Map<String, Function<ReceivedRequest, StreamScript>>> byPath;
    private final Ids ids;

    /** Routes to new endpoints. The defaults have the pace of answers without directives. */
    public Routes(ModelCatalog models, AnswerWriter writer, Directives defaults, RequestLog log, Ids ids) {
        FaultPlan plan = new FaultPlan();
        FaultQueue queue = new FaultQueue();
        MessagesApi api = new MessagesApi(models, writer, defaults, plan, queue, ids);
        ControlApi control = new ControlApi(log, plan, queue);
        this.ids = ids;
        this.byPath = Map.of(
                "/v1/messages",
                Map.of("POST", api::messages),
                "/v1/messages/count_tokens",
                Map.of("POST", api::count),
                MessagesApi.MODELS_PATH,
                Map.of("GET", api::models),
                MessagesApi.MODELS_PATH + "/",
                Map.of("GET", api::model),
                "/simulator/counters",
                Map.of("GET", control::counters),
                "/simulator/counters/reset",
                Map.of("POST", control::resetCounters),
                "/simulator/requests",
                Map.of("GET", control::requests),
                "/simulator/faults",
                Map.of("GET", control::faults, "POST", control::addFaults, "DELETE", control::clearFaults),
                "/healthz",
                Map.of(
                        "GET",
                        _ -> Replies.json(JsonNodeFactory.instance.objectNode().put("status", "ok"), Map.of())));
    }

    @Override
    public StreamScript apply(ReceivedRequest received) {
        String models = MessagesApi.MODELS_PATH + "/";
        String path = received.path().startsWith(models) ? models : received.path();
        Map<String, Function<ReceivedRequest, StreamScript>> methods = byPath.getOrDefault(path, Map.of());
        ApiError error = methods.isEmpty()
                ? new ApiError(ApiError.ErrorType.NOT_FOUND, "Not Found")
                : new ApiError(ApiError.ErrorType.METHOD_NOT_ALLOWED, "Method Not Allowed");
        return methods.getOrDefault(received.method(), _ -> Replies.error(error, ids.request()))
                .apply(received);
    }
}
