package dev.parley.simulator.endpoint;

import dev.parley.simulator.answer.AnswerWriter;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.fault.FaultPlan;
import dev.parley.simulator.fault.FaultQueue;
import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.ledger.Ledger;
import dev.parley.simulator.model.ModelCatalog;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.ErrorType;
import dev.parley.simulator.request.RequestReader;
import dev.parley.simulator.script.Script;
import java.util.Map;

/** Every address the simulator has, and what answers there. */
public final class Routes implements Endpoint {
    private final Map<String, Map<String, Endpoint>> methodsByPath;
    private final Endpoint models;
    private final Ids ids;

    public Routes(ModelCatalog catalog, AnswerWriter writer, AnswerDefaults defaults, Ledger ledger, Ids ids) {
        RequestReader reader = new RequestReader(catalog);
        FaultPlan plan = new FaultPlan();
        FaultQueue queue = new FaultQueue();
        LedgerEndpoints seen = new LedgerEndpoints(ledger);
        FaultEndpoints faults = new FaultEndpoints(queue, plan);
        this.ids = ids;
        this.models = new ModelsEndpoint(catalog, ids);
        this.methodsByPath = Map.of(
                "/v1/messages",
                Map.of("POST", new MessagesEndpoint(reader, writer, defaults, plan, queue, ids)),
                "/v1/messages/count_tokens",
                Map.of("POST", new CountEndpoint(reader, ids)),
                ModelsEndpoint.PATH,
                Map.of("GET", models),
                "/simulator/counters",
                Map.of("GET", seen::counters),
                "/simulator/counters/reset",
                Map.of("POST", seen::reset),
                "/simulator/requests",
                Map.of("GET", seen::requests),
                "/simulator/faults",
                Map.of("GET", faults::waiting, "POST", faults::add, "DELETE", faults::clear),
                "/healthz",
                Map.of("GET", _ -> Replies.json("{\"status\":\"ok\"}", Map.of())));
    }

    @Override
    public Script answer(Call call) {
        if (call.method().equals("GET") && call.path().startsWith(ModelsEndpoint.PATH + "/")) {
            return models.answer(call);
        }
        Map<String, Endpoint> methods = methodsByPath.getOrDefault(call.path(), Map.of());
        Endpoint endpoint = methods.get(call.method());
        if (endpoint != null) {
            return endpoint.answer(call);
        }
        ErrorType type = methods.isEmpty() ? ErrorType.NOT_FOUND : ErrorType.METHOD_NOT_ALLOWED;
        String message = methods.isEmpty() ? "Not Found" : "Method Not Allowed";
        return Replies.error(new ApiError(type, message), ids.request());
    }
}
