package dev.parley.simulator.api;

import dev.parley.simulator.answer.AnswerGenerator;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.JudgeRules;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.MessagesRequestReader;
import dev.parley.simulator.script.Faults;
import dev.parley.simulator.script.StreamScript;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.JsonNodeFactory;

/** The endpoints by method and path. Called by several threads; no endpoint blocks. */
public final class SimulatorRoutes {
    /** Followed by the name of a model. */
    static final String MODEL_PATH = "/v1/models/";

    private static final Set<String> PATHS = Set.of(
            "/v1/messages",
            "/v1/messages/count_tokens",
            "/v1/models",
            MODEL_PATH,
            "/simulator/counters",
            "/simulator/requests",
            "/simulator/faults",
            "/simulator/judge",
            "/healthz");

    private final MessagesApi api;
    private final ControlApi control;
    private final Ids ids;

    /** Routes to new endpoints. The defaults have the pace of answers without directives. */
    public SimulatorRoutes(
            MessagesRequestReader reader, AnswerGenerator generator, Directives defaults, RequestLog log, Ids ids) {
        Faults faults = new Faults();
        AtomicReference<JudgeRules> judge = new AtomicReference<>(JudgeRules.DEFAULT);
        this.api = new MessagesApi(reader, generator, defaults, faults, judge::get, new MessageThreads(), ids);
        this.control = new ControlApi(log, faults, judge);
        this.ids = ids;
    }

    public StreamScript answer(SimulatorRequest received) {
        if (received.forControl() && received.mayBeOfPage()) {
            return Replies.error(
                    new ApiError(
                            ApiError.ErrorType.PERMISSION, "Not for web pages, nor for other hosts than localhost"),
                    ids.request());
        }
        String path = received.path().startsWith(MODEL_PATH) ? MODEL_PATH : received.path();
        return switch (received.method() + " " + path) {
            case "POST /v1/messages" -> api.messages(received);
            case "POST /v1/messages/count_tokens" -> api.count(received);
            case "GET /v1/models" -> api.models(received);
            case "GET " + MODEL_PATH -> api.model(received);
            case "GET /simulator/counters" -> control.counters();
            case "GET /simulator/requests" -> control.requests(received);
            case "POST /simulator/faults" -> control.addFaults(received);
            case "DELETE /simulator/faults" -> control.clearFaults();
            case "POST /simulator/judge" -> control.setJudge(received);
            case "GET /healthz" ->
                Replies.json(JsonNodeFactory.instance.objectNode().put("status", "ok"), Map.of());
            default ->
                Replies.error(
                        PATHS.contains(path)
                                ? new ApiError(ApiError.ErrorType.METHOD_NOT_ALLOWED, "Method Not Allowed")
                                : new ApiError(ApiError.ErrorType.NOT_FOUND, "Not Found"),
                        ids.request());
        };
    }
}
