package dev.parley.system;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a Prometheus server. */
final class PrometheusApi implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI address;

    PrometheusApi(URI address) {
        this.address = address;
    }

    /**
     * The value of each series of an expression now, as text.
     *
     * @throws IllegalArgumentException if the expression is not valid
     */
    List<String> values(String expression) throws IOException, InterruptedException {
        return ask("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result")
                .values()
                .stream()
                .map(series -> series.at("/value/1").asString())
                .toList();
    }

    /** The alerts that fire, each as its name and, if it has one, its group. */
    Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : ask("alerts").path("alerts").values()) {
            if (alert.path("state").asString().equals("firing")) {
                String group = alert.at("/labels/group").asString("");
                names.add((alert.at("/labels/alertname").asString() + " " + group).strip());
            }
        }
        return names;
    }

    /** The problem of each target that cannot be scraped. */
    List<String> failedTargets() throws IOException, InterruptedException {
        return ask("targets?state=active").path("activeTargets").values().stream()
                .filter(target -> !target.path("health").asString().equals("up"))
                .map(target -> target.path("scrapeUrl").asString() + " "
                        + target.path("lastError").asString())
                .toList();
    }

    private JsonNode ask(String what) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/v1/" + what))
                .timeout(TIMEOUT)
                .build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        JsonNode body = JsonMapper.shared().readTree(response.body());
        if (response.statusCode() != 200) {
            throw new IllegalArgumentException(body.path("error").asString());
        }
        return body.path("data");
    }

    @Override
    public void close() {
        client.close();
    }
}
