package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the simulator has received, and how it answers what comes. */
final class Simulator {
    /** What the simulator returns without a limit. */
    private static final int SHOWN = 100;

    private final ChatClient client;

    Simulator(LocalStack stack) {
        this.client = new ChatClient(stack.simulator());
    }

    /**
     * The latest requests whose body contains this text, oldest first: each with its {@code headers} and
     * {@code body}, and the {@code outcome} of the call.
     */
    List<JsonNode> requests(String contains) throws IOException, InterruptedException {
        return requests(contains, SHOWN);
    }

    /** The same, at most {@code limit} of them. */
    List<JsonNode> requests(String contains, int limit) throws IOException, InterruptedException {
        return client
                .get("/simulator/requests?contains=" + URLEncoder.encode(contains, UTF_8) + "&limit=" + limit)
                .json()
                .path("requests")
                .values()
                .stream()
                .toList();
    }

    /** One of its counters, such as {@code calls}. */
    int counter(String name) throws IOException, InterruptedException {
        return client.get("/simulator/counters").json().path(name).intValue();
    }

    /** Sets the directives for the next request that contains this text. */
    void script(String match, String directives) throws IOException, InterruptedException {
        script(match, directives, 1);
    }

    /** Sets the directives for the next requests that contain this text. */
    void script(String match, String directives, int times) throws IOException, InterruptedException {
        var next = Map.of("directives", directives, "match", match, "times", times);
        client.sendJson("POST", "/simulator/faults", Map.of("next", List.of(next)))
                .succeeded();
    }

    /** Forgets all directives. */
    void forgetScripts() throws IOException, InterruptedException {
        client.delete("/simulator/faults").succeeded();
    }

    /** Sets the rules of its judge. */
    void judge(Map<String, ?> rules) throws IOException, InterruptedException {
        client.sendJson("POST", "/simulator/judge", rules).succeeded();
    }
}
