package dev.parley.benchmarks.contestant;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** How many tokens the simulated Claude has said: none while answers come from the cache. */
public final class SpokenTokens {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    private SpokenTokens() {}

    /** Since it was started. */
    public static long of(URI simulator) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(simulator.resolve("/simulator/counters"))
                    .timeout(ANSWERS_WITHIN)
                    .build();
            String counters = client.send(request, BodyHandlers.ofString()).body();
            return new JsonMapper().readTree(counters).required("tokens_sent").asLong();
        } catch (IOException e) {
            throw new IllegalStateException("the simulated Claude does not tell its counters", e);
        }
    }
}
