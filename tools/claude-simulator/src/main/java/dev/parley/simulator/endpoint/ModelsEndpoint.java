package dev.parley.simulator.endpoint;

import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.model.Model;
import dev.parley.simulator.model.ModelCatalog;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.ErrorType;
import dev.parley.simulator.script.Script;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/models} and {@code GET /v1/models/NAME}. The list fits one page. */
final class ModelsEndpoint implements Endpoint {
    static final String PATH = "/v1/models";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ModelCatalog catalog;
    private final Ids ids;

    ModelsEndpoint(ModelCatalog catalog, Ids ids) {
        this.catalog = catalog;
        this.ids = ids;
    }

    @Override
    public Script answer(Call call) {
        String requestId = ids.request();
        Optional<ApiError> denied = Access.denied(call);
        if (denied.isPresent()) {
            return Replies.error(denied.get(), requestId);
        }
        if (call.path().equals(PATH)) {
            return Replies.json(list().toString(), Replies.headers(requestId));
        }
        String name = call.path().substring(PATH.length() + 1);
        return catalog.find(name)
                .map(model -> Replies.json(json(model).toString(), Replies.headers(requestId)))
                .orElseGet(() -> Replies.error(new ApiError(ErrorType.NOT_FOUND, "model: " + name), requestId));
    }

    private ObjectNode list() {
        List<Model> models = catalog.models();
        ObjectNode list = JSON.objectNode();
        list.putArray("data").addAll(models.stream().map(ModelsEndpoint::json).toList());
        return list.put("has_more", false)
                .put("first_id", models.getFirst().id())
                .put("last_id", models.getLast().id());
    }

    private static ObjectNode json(Model model) {
        return JSON.objectNode()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.displayName())
                .put("created_at", model.createdAt());
    }
}
