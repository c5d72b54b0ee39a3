package dev.parley.simulator.api;

import dev.parley.simulator.answer.JudgeRules;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.script.Faults;
import dev.parley.simulator.script.StreamScript;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The simulator's own endpoints, for tests: counters, requests, faults, the judge. */
record ControlApi(RequestLog log, Faults faults, AtomicReference<JudgeRules> judge) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int REQUESTS_SHOWN = 100;
    private static final String REQUEST_ID = "simulator";
    private static final int GROUPS_MAX = 1_000;

    StreamScript counters() {
        return Replies.json(log.counters(), Map.of());
    }

    /** The latest requests, oldest first: at most {@code limit} whose body contains {@code contains}. */
    StreamScript requests(SimulatorRequest received) {
        String limit = received.query().getOrDefault("limit", "");
        int most = limit.matches("\\d{1,6}") ? Integer.parseInt(limit) : REQUESTS_SHOWN;
        String contains = received.query().getOrDefault("contains", "");
        return Replies.json(JSON.createObjectNode().set("requests", log.latest(contains, most)), Map.of());
    }

    /** Queues {@code {"next":[{"directives":"fault=cut after=40","times":2,"match":"words of the question"}]}}. */
    StreamScript addFaults(SimulatorRequest received) {
        return changed(received, body -> {
            JsonNode next = body.path("next");
            if (!next.isArray()) {
                throw new IllegalArgumentException("the body needs a list \"next\"");
            }
            if (!faults.add(next.valueStream().map(ControlApi::entry).toList())) {
                throw new IllegalArgumentException("too many directives are waiting");
            }
        });
    }

    private static Faults.Entry entry(JsonNode entry) {
        DirectiveParser parser =
                new DirectiveParser().readPairs(entry.path("directives").stringValue(""));
        parser.error().ifPresent(error -> {
            throw new IllegalArgumentException(error);
        });
        if (parser.directives().values().isEmpty()) {
            throw new IllegalArgumentException("every entry of \"next\" needs \"directives\"");
        }
        return new Faults.Entry(
                parser.directives(),
                Math.max(1, entry.path("times").asInt(1)),
                entry.path("match").stringValue(""));
    }

    StreamScript clearFaults() {
        faults.clear();
        return done();
    }

    /** Sets {@code {"same":[["a question","another with the same answer"]],"error_rate":0.02}}. */
    StreamScript setJudge(SimulatorRequest received) {
        return changed(received, body -> {
            List<List<String>> same = body.path("same")
                    .valueStream()
                    .map(group -> group.valueStream()
                            .map(question -> question.stringValue(""))
                            .toList())
                    .toList();
            if (same.size() > GROUPS_MAX) {
                throw new IllegalArgumentException("too many groups");
            }
            judge.set(new JudgeRules(same, body.path("error_rate").doubleValue(0)));
        });
    }

    /** The response to a request whose body changes something. A body that cannot be used is refused with the reason. */
    private static StreamScript changed(SimulatorRequest received, Consumer<JsonNode> change) {
        try {
            change.accept(JSON.readTree(received.body()));
            return done();
        } catch (JacksonException e) {
            return error("the body is not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return error(String.valueOf(e.getMessage()));
        }
    }

    private static StreamScript done() {
        return Replies.json(JSON.createObjectNode(), Map.of());
    }

    private static StreamScript error(String message) {
        return Replies.error(ApiError.invalid(message), REQUEST_ID);
    }
}
