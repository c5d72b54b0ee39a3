package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A client of the gateway without an SDK. */
final class ChatClient {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI gateway;
    private final String key;

    ChatClient(URI gateway) {
        this(gateway, LocalStack.KEY);
    }

    /** A client with its own key. */
    ChatClient(URI gateway, String key) {
        this.gateway = gateway;
        this.key = key;
    }

    /**
     * A streaming request that no other test sends.
     *
     * @param directives for the simulator, see its README
     */
    static ObjectNode question(String directives) {
        return question(UUID.randomUUID().toString(), directives);
    }

    /** A streaming request with this text. */
    static ObjectNode question(String text, String directives) {
        ObjectNode request = MAPPER.createObjectNode()
                .put("model", "claude-opus-4-5")
                .put("max_tokens", 1000)
                .put("stream", true);
        request.putArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", text + " [[sim: " + directives + "]]");
        return request;
    }

    /** Sends a request and waits for the complete answer. */
    Answer ask(ObjectNode request, String... headers) throws IOException, InterruptedException {
        return whole(post(request, headers));
    }

    /** Sends a request without waiting. */
    CompletableFuture<Answer> askAsync(ObjectNode request, String... headers) {
        return client.sendAsync(post(request, headers), BodyHandlers.ofByteArray())
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .thenApply(Answer::new);
    }

    /** Sends a request and returns the streamed answer. */
    StreamedAnswer read(ObjectNode request, String... headers) throws IOException, InterruptedException {
        return new StreamedAnswer(client.send(post(request, headers), BodyHandlers.ofInputStream()));
    }

    /** Sends a request to this path and returns the streamed answer. */
    StreamedAnswer askAt(String path, ObjectNode request) throws IOException, InterruptedException {
        return new StreamedAnswer(client.send(post(path, request), BodyHandlers.ofInputStream()));
    }

    /** Reads a streamed answer from this path. */
    StreamedAnswer readAt(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = authenticated(path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new StreamedAnswer(client.send(request.build(), BodyHandlers.ofInputStream()));
    }

    /** Sends a DELETE request. */
    Answer delete(String path) throws IOException, InterruptedException {
        return whole(authenticated(path).DELETE().build());
    }

    /** Sends a GET request. */
    Answer get(String path) throws IOException, InterruptedException {
        HttpRequest request = authenticated(path).GET().build();
        return whole(request);
    }

    /** Publishes the answer to a question in the collection {@code help}. */
    Answer publish(String slug, ObjectNode question) throws IOException, InterruptedException {
        return send(
                "PUT",
                "/v1/collections/help/questions/" + slug,
                JsonMapper.shared().writeValueAsBytes(Map.of("request", question)),
                "x-api-key",
                LocalStack.KEY,
                "content-type",
                "application/json");
    }

    /** Sends this body unchanged. */
    Answer send(String method, String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(TIMEOUT)
                .method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return whole(request.build());
    }

    /** The request's own timeout covers the head of the response only; this one covers the body too. */
    private Answer whole(HttpRequest request) throws IOException, InterruptedException {
        try {
            return new Answer(client.sendAsync(request, BodyHandlers.ofByteArray())
                    .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .get());
        } catch (ExecutionException e) {
            throw new IOException(request.method() + " " + request.uri() + " failed", e.getCause());
        }
    }

    private HttpRequest post(ObjectNode request, String... headers) {
        return post("/v1/messages", request, headers);
    }

    private HttpRequest post(String path, ObjectNode request, String... headers) {
        HttpRequest.Builder post = authenticated(path)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(request)));
        if (headers.length > 0) {
            post.headers(headers);
        }
        return post.build();
    }

    private HttpRequest.Builder authenticated(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path)).timeout(TIMEOUT).header("x-api-key", key);
    }
}
