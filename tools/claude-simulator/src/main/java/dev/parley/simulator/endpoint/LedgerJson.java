package dev.parley.simulator.endpoint;

import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.ledger.Counts;
import dev.parley.simulator.ledger.Entry;
import dev.parley.simulator.ledger.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The ledger as JSON. Keys are not shown. */
final class LedgerJson {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> SECRET_HEADERS = Set.of("x-api-key", "authorization", "cookie");

    private LedgerJson() {}

    static ObjectNode counts(Counts counts) {
        ObjectNode json = JSON.createObjectNode()
                .put("requests", counts.requests())
                .put("calls", counts.calls())
                .put("connections_opened", counts.connectionsOpened())
                .put("connections_open", counts.connectionsOpen())
                .put("streams_open", counts.streamsOpen())
                .put("streams_open_peak", counts.streamsOpenPeak())
                .put("completed", counts.completed())
                .put("broken", counts.broken())
                .put("cancelled", counts.cancelled())
                .put("tokens_sent", counts.tokensSent());
        ObjectNode byStatus = json.putObject("by_status");
        counts.byStatus().forEach((status, number) -> byStatus.put(status == 0 ? "none" : status.toString(), number));
        return json;
    }

    static ObjectNode entry(Entry entry) {
        Call call = entry.call();
        ObjectNode json = JSON.createObjectNode()
                .put("received_at", entry.receivedAt().toString())
                .put("method", call.method())
                .put("path", call.path())
                .put("protocol", call.protocol())
                .put("connection", call.connection())
                .put("status", entry.status())
                .put("tokens_sent", entry.tokens())
                .put("outcome", entry.outcome().text());
        if (entry.outcome() != Outcome.OPEN) {
            json.put("ended_at", entry.changedAt().toString());
        }
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(call.headers())
                .forEach((name, value) -> headers.put(name, SECRET_HEADERS.contains(name) ? "(hidden)" : value));
        json.put("body_bytes", call.body().length);
        json.set("body", body(call));
        return json;
    }

    private static JsonNode body(Call call) {
        try {
            return JSON.readTree(call.body());
        } catch (JacksonException e) {
            return JSON.getNodeFactory().stringNode(new String(call.body(), StandardCharsets.UTF_8));
        }
    }
}
