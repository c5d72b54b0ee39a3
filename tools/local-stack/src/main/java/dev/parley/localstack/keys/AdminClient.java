package dev.parley.localstack.keys;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /admin/keys} of a gateway. */
public final class AdminClient implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);

    private final JsonMapper mapper = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    private final URI gateway;
    private final String adminKey;

    public AdminClient(URI gateway, String adminKey) {
        this.gateway = gateway;
        this.adminKey = adminKey;
    }

    /** The new key, with its secret. */
    public JsonNode create(KeyWish wish) throws InterruptedException {
        return send("POST", "", mapper.writeValueAsString(wish.body()));
    }

    /** All keys. */
    public JsonNode list() throws InterruptedException {
        return send("GET", "", "");
    }

    /** One key, and what it has spent if its money is limited. */
    public JsonNode show(String id) throws InterruptedException {
        return send("GET", "/" + encoded(id), "");
    }

    /** The key as it is now. */
    public JsonNode change(String id, KeyChange change) throws InterruptedException {
        return send("PATCH", "/" + encoded(id), mapper.writeValueAsString(change.body()));
    }

    /** The key with another secret. */
    public JsonNode rotate(String id, Duration overlap) throws InterruptedException {
        return send("POST", "/" + encoded(id) + "/rotate?overlap=" + overlap, "");
    }

    public JsonNode revoke(String id) throws InterruptedException {
        return send("DELETE", "/" + encoded(id), "");
    }

    private JsonNode send(String method, String path, String body) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + "/admin/keys" + path))
                .timeout(ANSWERS_WITHIN)
                .header("x-api-key", adminKey)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            JsonNode answer = mapper.readTree(response.body());
            if (response.statusCode() / 100 == 2) {
                return answer;
            }
            throw new IllegalStateException("The gateway refuses with status " + response.statusCode() + ": "
                    + answer.at("/error/message").asString("no reason is given")
                    + (response.statusCode() == 404 && path.isEmpty() ? " It has no admin key configured." : ""));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "No gateway answers at " + gateway + ". ./parley up starts the local one.", e);
        } catch (JacksonException e) {
            throw new IllegalStateException("What answers at " + gateway + " is no gateway.", e);
        }
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
