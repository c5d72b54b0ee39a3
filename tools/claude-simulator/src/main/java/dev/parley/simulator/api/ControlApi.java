package dev.parley.simulator.api;

import dev.parley.simulator.answer.JudgeRules;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.script.Faults;
import dev.parley.simulator.script.StreamScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The simulator's own endpoints, for tests: counters, requests, faults, the judge. */
final class ControlApi {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int REQUESTS_SHOWN = 100;
    private static final String REQUEST_ID = "simulator";
    private static final int GROUPS_MAX = 1_000;

    private final RequestLog log;
    private final Faults faults;
    private final AtomicReference<JudgeRules> judge;

    ControlApi(RequestLog log, Faults faults, AtomicReference<JudgeRules> judge) {
        this.judge = judge;
        this.log = log;
        this.faults = faults;
    }

    StreamScript counters() {
        return Replies.json(log.counters(), Map.of());
    }

    StreamScript resetCounters() {
        log.reset();
        return counters();
    }

    /** The latest requests, oldest first: at most {@code limit} whose body contains {@code contains}. */
    StreamScript requests(ReceivedRequest received) {
        String limit = received.query().getOrDefault("limit", "");
        int most = limit.matches("\\d{1,6}") ? Integer.parseInt(limit) : REQUESTS_SHOWN;
        String contains = received.query().getOrDefault("contains", "");
        return Replies.json(JSON.createObjectNode().set("requests", log.latest(contains, most)), Map.of());
    }

    StreamScript faults() {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode waiting = json.putArray("waiting");
        faults.queued()
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
        List<Faults.Entry> entries = new ArrayList<>();
        for (JsonNode entry : next) {
            DirectiveParser parser =
                    new DirectiveParser().readPairs(entry.path("directives").stringValue(""));
            if (parser.error().isPresent()) {
                return error(parser.error().get());
            }
            entries.add(new Faults.Entry(
                    parser.directives(),
                    Math.max(1, entry.path("times").asInt(1)),
                    entry.path("match").stringValue("")));
        }
        return faults.add(entries) ? faults() : error("too many directives are waiting");
    }

    StreamScript clearFaults() {
        faults.clear();
        return faults();
    }

    StreamScript judge() {
        JudgeRules rules = judge.get();
        ObjectNode json = JSON.createObjectNode().put("error_rate", rules.errorRate());
        json.set("same", JSON.valueToTree(rules.same()));
        return Replies.json(json, Map.of());
    }

    /** Sets {@code {"same":[["a question","another with the same answer"]],"error_rate":0.02}}. */
    StreamScript setJudge(ReceivedRequest received) {
        try {
            JsonNode body = JSON.readTree(received.body());
            List<List<String>> same = new ArrayList<>();
            for (JsonNode group : body.path("same")) {
                same.add(group.valueStream()
                        .map(question -> question.stringValue(""))
                        .toList());
            }
            if (same.size() > GROUPS_MAX) {
                return error("too many groups");
            }
            judge.set(new JudgeRules(same, body.path("error_rate").doubleValue(0)));
            return judge();
        } catch (JacksonException e) {
            return error("the body is not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return error(String.valueOf(e.getMessage()));
        }
    }

    StreamScript resetJudge() {
        judge.set(JudgeRules.DEFAULT);
        return judge();
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
