package dev.parley.simulator.endpoint;

import dev.parley.simulator.directive.DirectiveParser;
import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Parsed;
import dev.parley.simulator.fault.FaultPlan;
import dev.parley.simulator.fault.FaultQueue;
import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.script.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** What a test says about the requests that will come. */
final class FaultEndpoints {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ADMIN = "simulator";

    private final FaultQueue queue;
    private final FaultPlan plan;

    FaultEndpoints(FaultQueue queue, FaultPlan plan) {
        this.queue = queue;
        this.plan = plan;
    }

    Script waiting(Call call) {
        ArrayNode entries = JSON.createArrayNode();
        queue.waiting()
                .forEach(entry -> entries.addObject()
                        .put("directives", written(entry.directives()))
                        .put("times", entry.times())
                        .put("match", entry.match()));
        return Replies.json("{\"waiting\":" + entries + "}", Map.of());
    }

    /** Takes {@code {"next":[{"directives":"fault=cut after=40","times":2,"match":"words of the question"}]}}. */
    Script add(Call call) {
        JsonNode next;
        try {
            next = JSON.readTree(call.body()).path("next");
        } catch (JacksonException e) {
            return refuse("the body is not JSON: " + e.getOriginalMessage());
        }
        if (!next.isArray()) {
            return refuse("the body needs a list \"next\"");
        }
        List<FaultQueue.Entry> entries = new ArrayList<>();
        for (JsonNode entry : next) {
            switch (DirectiveParser.parsePairs(entry.path("directives").stringValue(""))) {
                case Parsed.Misspelt(String message) -> {
                    return refuse(message);
                }
                case Parsed.Found(Directives directives, var _) -> {
                    Optional<String> misspelt = FaultPlan.misspelt(directives);
                    if (misspelt.isPresent()) {
                        return refuse(misspelt.get());
                    }
                    entries.add(new FaultQueue.Entry(
                            directives,
                            Math.max(1, entry.path("times").asInt(1)),
                            entry.path("match").stringValue("")));
                }
            }
        }
        return queue.add(entries) ? waiting(call) : refuse("too many directives are waiting");
    }

    Script clear(Call call) {
        queue.clear();
        plan.reset();
        return waiting(call);
    }

    private static Script refuse(String message) {
        return Replies.error(ApiError.invalid(message), ADMIN);
    }

    private static String written(Directives directives) {
        return directives.values().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey().text() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
