package dev.parley.system;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The requests that the simulator has received. */
final class SimulatorRequests {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** What the simulator returns without a limit. */
    private static final int SHOWN = 100;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI simulator;

    SimulatorRequests(URI simulator) {
        this.simulator = simulator;
    }

    /**
     * The latest requests whose body contains this text, oldest first: each with its {@code headers} and {@code body}.
     */
    List<JsonNode> requests(String contains) throws IOException, InterruptedException {
        return requests(contains, SHOWN);
    }

    /** The same, at most {@code limit} of them. */
    List<JsonNode> requests(String contains, int limit) throws IOException, InterruptedException {
        String query = "/simulator/requests?contains=" + URLEncoder.encode(contains, StandardCharsets.UTF_8) + "&limit="
                + limit;
        HttpRequest request = HttpRequest.newBuilder(simulator.resolve(query))
                .timeout(TIMEOUT)
                .build();
        return JsonMapper.shared()
                .readTree(client.send(request, BodyHandlers.ofByteArray()).body())
                .path("requests")
                .values()
                .stream()
                .toList();
    }
}
