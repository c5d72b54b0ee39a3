package dev.parley.benchmarks.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** How the simulated Claude judges, which it does for audits of reused answers. */
public final class SimulatedJudge {
    private SimulatedJudge() {}

    /** Has it find that the questions of each group, at most 1,000, have the same answer. */
    public static void setGroups(URI claude, List<List<String>> groups) {
        HttpRequest request = HttpRequest.newBuilder(claude.resolve("/simulator/judge"))
                .POST(BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(Map.of("same", groups))))
                .build();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString(UTF_8));
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the simulated judge: " + response.body());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the simulated judge cannot be set", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
