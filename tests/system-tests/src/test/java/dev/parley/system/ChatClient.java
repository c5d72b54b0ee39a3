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
    private static final String MESSAGES = "/v1/messages";

    /** Directives of the simulator for a short answer at once. */
    static final String QUICK = "first_token_ms=0 tokens=20 tokens_per_second=1000";

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

    /** A streaming request that no other test sends, which is answered within 20 ms. */
    static ObjectNode question() {
        return question(QUICK);
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
        return asking(text + " [[sim: " + directives + "]]");
    }

    /** A streaming request with this text, and no directives. */
    static ObjectNode asking(String text) {
        ObjectNode request = MAPPER.createObjectNode()
                .put("model", "claude-opus-4-5")
                .put("max_tokens", 1000)
                .put("stream", true);
        request.putArray("messages").addObject().put("role", "user").put("content", text);
        return request;
    }

    /** Sends a request and waits for the complete answer. */
    Answer ask(ObjectNode request, String... headers) throws IOException, InterruptedException {
        return sendJson("POST", MESSAGES, request, headers);
    }

    /** Repeats the request until the answer comes from the cache; answers are stored asynchronously. */
    Answer askUntilCached(ObjectNode request, String... headers) throws Exception {
        return Eventually.value(
                () -> ask(request, headers), answer -> answer.cache().equals("exact"));
    }

    /** Sends a request without waiting. */
    CompletableFuture<Answer> askAsync(ObjectNode request, String... headers) {
        return client.sendAsync(json("POST", MESSAGES, request, headers), BodyHandlers.ofByteArray())
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .thenApply(Answer::new);
    }

    /** Sends a request and returns the streamed answer. */
    StreamedAnswer read(ObjectNode request, String... headers) throws IOException, InterruptedException {
        return streamed(json("POST", MESSAGES, request, headers));
    }

    /** Sends a request to this path and returns the streamed answer. */
    StreamedAnswer askAt(String path, ObjectNode request, String... headers) throws IOException, InterruptedException {
        return streamed(json("POST", path, request, headers));
    }

    /** Reads a streamed answer from this path. */
    StreamedAnswer readAt(String path, String... headers) throws IOException, InterruptedException {
        return streamed(authenticated(path, headers).GET().build());
    }

    /** Sends a DELETE request. */
    Answer delete(String path) throws IOException, InterruptedException {
        return whole(authenticated(path).DELETE().build());
    }

    /** Sends a GET request. */
    Answer get(String path) throws IOException, InterruptedException {
        return whole(authenticated(path).GET().build());
    }

    /** Waits until a conversation is in the table. */
    Answer awaitStored(String conversation) throws Exception {
        return Eventually.value(() -> get("/v1/conversations/" + conversation), answer -> answer.status() == 200);
    }

    /** Publishes the answer to a question in the collection {@code help}. */
    Answer publish(String slug, ObjectNode question) throws IOException, InterruptedException {
        return sendJson("PUT", "/v1/collections/help/questions/" + slug, Map.of("request", question))
                .succeeded();
    }

    /** Sends this as JSON. */
    Answer sendJson(String method, String path, Object json, String... headers)
            throws IOException, InterruptedException {
        return whole(json(method, path, json, headers));
    }

    /** Sends this body unchanged, and no key but in these headers. */
    Answer send(String method, String path, byte[] body, String... headers) throws IOException, InterruptedException {
        return whole(request(path, headers)
                .method(method, BodyPublishers.ofByteArray(body))
                .build());
    }

    private StreamedAnswer streamed(HttpRequest request) throws IOException, InterruptedException {
        return new StreamedAnswer(client.send(request, BodyHandlers.ofInputStream()));
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

    private HttpRequest json(String method, String path, Object json, String... headers) {
        return authenticated(path, headers)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(json)))
                .build();
    }

    private HttpRequest.Builder authenticated(String path, String... headers) {
        return request(path, headers).header("x-api-key", key);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(gateway.resolve(path)).timeout(TIMEOUT);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }
}
