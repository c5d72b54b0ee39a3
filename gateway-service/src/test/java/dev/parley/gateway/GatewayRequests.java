package dev.parley.gateway;

import dev.parley.contracts.event.ChatRequested;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests of clients, operators and browsers to a gateway; the test takes the place of inference-service. */
record GatewayRequests(RunningGateway gateway, Producer<String, byte[]> producer, RequestLog requests) {
    static final String ADMIN = "the-admin-key";
    static final String SITE = "https://app.example.com";
    static final String CHAT =
            "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private static final String EVENT = "{\"type\":\"message_stop\"}";

    HttpRequest.Builder get(String path) {
        return gateway.request(path);
    }

    HttpResponse<InputStream> open(HttpRequest.Builder request) throws Exception {
        return gateway.open(request);
    }

    /** Sends a chat request and writes its answer to the log. */
    HttpResponse<InputStream> answered(HttpRequest.Builder request) throws Exception {
        String name = UUID.randomUUID().toString();
        var response = gateway.client()
                .sendAsync(request.copy().header("x-parley-conversation", name).build(), BodyHandlers.ofInputStream());
        ChatRequested event = requests.of(name);
        new AnswerLog(producer, event.generation()).events(true, EVENT);
        return response.get(20, TimeUnit.SECONDS);
    }

    String generation() throws Exception {
        var response = answered(post("/v1/messages", CHAT));
        try (InputStream _ = response.body()) {
            return response.headers().firstValue("x-parley-generation").orElseThrow();
        }
    }

    GivenAnswer given(String question) throws Exception {
        return GivenAnswer.write(producer, "acme", question, "So.");
    }

    /** Publishes an answer to a question at an address. */
    JsonNode published(String question) throws Exception {
        return published(question, "");
    }

    JsonNode published(String question, String more) throws Exception {
        return JsonMapper.shared()
                .readTree(gateway.text(method("PUT", question, given("Why?").publication(more)))
                        .body());
    }

    /** What happens between a request and its answer. */
    interface Interlude {
        void run() throws Exception;
    }

    /** Refreshes a published answer, and writes the answer to the log. */
    HttpResponse<InputStream> refreshed(HttpRequest.Builder request) throws Exception {
        return refreshed(request, () -> {});
    }

    HttpResponse<InputStream> refreshed(HttpRequest.Builder request, Interlude interlude) throws Exception {
        String name = UUID.randomUUID().toString();
        var response = gateway.client()
                .sendAsync(request.copy().header("x-openwebui-user-id", name).build(), BodyHandlers.ofInputStream());
        ChatRequested event = requests.ofUser(name);
        interlude.run();
        GivenAnswer.write(producer, event.tenant(), event.generation(), "Why?", "So.");
        return response.get(20, TimeUnit.SECONDS);
    }

    HttpResponse<InputStream> revalidated(HttpRequest.Builder request) throws Exception {
        var first = open(request);
        try (InputStream _ = first.body()) {
            return open(request.copy()
                    .header("if-none-match", first.headers().firstValue("etag").orElseThrow()));
        }
    }

    JsonNode createKey() throws Exception {
        return JsonMapper.shared()
                .readTree(gateway.text(admin("POST", "/admin/keys", "{\"tenant\":\"acme\",\"name\":\"web\"}"))
                        .body());
    }

    HttpRequest.Builder post(String path, String body) {
        return method("POST", path, body);
    }

    HttpRequest.Builder method(String method, String path, String body) {
        return gateway.request(path)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body));
    }

    HttpRequest.Builder admin(String method, String path, String body) {
        return method(method, path, body).setHeader("x-api-key", ADMIN);
    }

    HttpRequest.Builder preflight(String path) {
        return gateway.request(path)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("origin", SITE)
                .header("access-control-request-method", "POST");
    }
}
