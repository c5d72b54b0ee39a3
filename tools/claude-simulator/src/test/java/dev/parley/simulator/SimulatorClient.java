package dev.parley.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a simulator, with the JDK HTTP client. */
final class SimulatorClient {
    private final URI uri;
    private final HttpClient http;

    SimulatorClient(URI uri, Version version) {
        this.uri = uri;
        this.http = HttpClient.newBuilder().version(version).build();
    }

    /** A simulator on a free port that answers without delay by default. */
    static Simulator simulator() {
        return Simulator.start(SimulatorSettings.from(Map.of(
                "PARLEY_SIMULATOR_PORT", "0",
                "PARLEY_SIMULATOR_FIRST_TOKEN_MS", "0",
                "PARLEY_SIMULATOR_TOKENS_PER_SECOND", "0")));
    }

    static String question(String text, boolean stream) {
        return "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":4000,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":"
                + JsonMapper.shared().writeValueAsString(text) + "}]}";
    }

    HttpRequest messages(String body) {
        return messages(body, UnaryOperator.identity());
    }

    HttpRequest messages(String body, UnaryOperator<HttpRequest.Builder> more) {
        return more.apply(HttpRequest.newBuilder(uri.resolve("/v1/messages"))
                        .timeout(Duration.ofSeconds(30))
                        .header("x-api-key", "secret")
                        .header("anthropic-version", "2023-06-01")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .build();
    }

    HttpResponse<String> ask(String text, boolean stream) throws IOException, InterruptedException {
        return send(messages(question(text, stream)), BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        return http.send(request, body);
    }

    <T> CompletableFuture<HttpResponse<T>> sendLater(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        return http.sendAsync(request, body);
    }

    CompletableFuture<HttpResponse<String>> askLater(String text) {
        return sendLater(messages(question(text, true)), BodyHandlers.ofString());
    }

    JsonNode counters() throws IOException, InterruptedException {
        return get("/simulator/counters");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri.resolve(path)).build();
        return JsonMapper.shared()
                .readTree(http.send(request, BodyHandlers.ofString()).body());
    }

    /** The JSON of a stream's events. */
    private static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> JsonMapper.shared().readTree(line.substring("data: ".length())))
                .toList();
    }

    /** The text of a stream. */
    static String text(String stream) {
        return events(stream).stream()
                .map(event -> event.path("delta").path("text").stringValue(""))
                .collect(Collectors.joining());
    }
}
