package dev.parley.simulator.api;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.script.FaultPlan;
import dev.parley.simulator.script.FaultQueue;
import dev.parley.simulator.script.StreamScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The simulator's own endpoints, for tests: counters, requests, faults. */
final class ControlApi {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int REQUESTS_SHOWN = 100;
    private static final String REQUEST_ID = "simulator";

    private final RequestLog log;
    private final FaultPlan plan;
    private final FaultQueue queue;

    ControlApi(RequestLog log, FaultPlan plan, FaultQueue queue) {
        this.log = log;
        this.plan = plan;
        this.queue = queue;
    }

    StreamScript counters(ReceivedRequest received) {
        return Replies.json(log.counters(), Map.of());
    }

    StreamScript resetCounters(ReceivedRequest received) {
        log.reset();
        return counters(received);
    }

    /** The latest requests, oldest first: at most {@code limit} whose body contains {@code contains}. */
    StreamScript requests(ReceivedRequest received) {
        String limit = received.query().getOrDefault("limit", "");
        int most = limit.matches("\\d{1,6}") ? Integer.parseInt(limit) : REQUESTS_SHOWN;
        String contains = received.query().getOrDefault("contains", "");
        List<RequestLog.Entry> matching = log.latest().stream()
                .filter(entry -> contains.isEmpty() || entry.request().text().contains(contains))
                .toList();
        ObjectNode json = JSON.createObjectNode();
        ArrayNode requests = json.putArray("requests");
        matching.subList(Math.max(0, matching.size() - most), matching.size())
                .forEach(entry -> requests.add(entry.json()));
        return Replies.json(json, Map.of());
    }

    StreamScript faults(ReceivedRequest received) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode waiting = json.putArray("waiting");
        queue.entries()
                .forEach(entry -> waiting.addObject()
                        .put("directives", text(entry.directives()))
                        .put("times", entry.times())
                        .put("match", entry.match()));
        return Replies.json(json, Map.of());
    }

    /** Queues {@code {"next":[{"directives":"fault=cut after=40","times":2,"match":"words of the question"}]}}. */
    StreamScript addFaults(ReceivedRequest received) {
        JsonNode next;
        try {
            next = JSON.readTree(received.body()).path("next");
        } catch (JacksonException e) {
            return error("the body is not JSON: " + e.getOriginalMessage());
        }
        if (!next.isArray()) {
            return error("the body needs a list \"next\"");
        }
        List<FaultQueue.Entry> entries = new ArrayList<>();
        for (JsonNode entry : next) {
            DirectiveParser parser =
                    new DirectiveParser().readPairs(entry.path("directives").stringValue(""));
            if (parser.error().isPresent()) {
                return error(parser.error().get());
            }
            entries.add(new FaultQueue.Entry(
                    parser.directives(),
                    Math.max(1, entry.path("times").asInt(1)),
                    entry.path("match").stringValue("")));
        }
        return queue.add(entries) ? faults(received) : error("too many directives are waiting");
    }

    StreamScript clearFaults(ReceivedRequest received) {
        queue.clear();
        plan.reset();
        return faults(received);
    }

    private static StreamScript error(String message) {
        return Replies.error(ApiError.invalid(message), REQUEST_ID);
    }

    private static String text(Directives directives) {
        return directives.values().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey().text() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
