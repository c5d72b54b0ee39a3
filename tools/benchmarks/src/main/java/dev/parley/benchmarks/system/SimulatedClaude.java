package dev.parley.benchmarks.system;

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

/** Sets how the simulated Claude answers questions that contain no directives. */
public record SimulatedClaude(URI address) {
    /** More than any scenario asks. */
    private static final int REQUESTS = 1_000_000;

    /** Has the next questions answered by these directives, until {@link #forgetDirectives()}. */
    public void answerBy(String directives) {
        Map<String, Object> entry = Map.of("directives", directives, "times", REQUESTS);
        set("POST", "/simulator/faults", Map.of("next", List.of(entry)));
    }

    public void forgetDirectives() {
        set("DELETE", "/simulator/faults", Map.of());
    }

    /** Has its judge, which audits reused answers, find that the questions of each group, at most 1,000, have the same answer. */
    public void judgeAsSame(List<List<String>> groups) {
        set("POST", "/simulator/judge", Map.of("same", groups));
    }

    private void set(String method, String path, Map<String, ?> body) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .method(method, BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(body)))
                .build();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the simulated Claude refuses " + path + ": " + response.body());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the simulated Claude cannot be set", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
