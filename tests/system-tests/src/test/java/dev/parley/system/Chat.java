package dev.parley.system;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A client of the gateway without an SDK. */
final class Chat {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI gateway;
    private final String key;

    Chat(URI gateway) {
        this(gateway, LocalStack.KEY);
    }

    /** A client with a key of its own. */
    Chat(URI gateway, String key) {
        this.gateway = gateway;
        this.key = key;
    }

    /**
     * A streaming request that no other test asks.
     *
     * @param directives for the simulator, see its README
     */
    static ObjectNode question(String directives) {
        return question(UUID.randomUUID().toString(), directives);
    }

    /** A streaming request with this text. */
    static ObjectNode question(String text, String directives) {
        ObjectNode request = MAPPER.createObjectNode()
                .put("model", "claude-sonnet-4-5")
                .put("max_tokens", 1000)
                .put("stream", true);
        request.putArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", text + " [[sim: " + directives + "]]");
        return request;
    }

    /** Asks and waits for the whole answer. */
    Answer ask(ObjectNode request, String... headers) throws IOException, InterruptedException {
        return whole(post(request, headers));
    }

    /** Asks without waiting. */
    CompletableFuture<Answer> askAsync(ObjectNode request, String... headers) {
        return client.sendAsync(post(request, headers), BodyHandlers.ofByteArray())
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .thenApply(Answer::new);
    }

    /** Asks, and reads the answer as it comes. */
    Reading read(ObjectNode request, String... headers) throws IOException, InterruptedException {
        return new Reading(client.send(post(request, headers), BodyHandlers.ofInputStream()));
    }

    /** Asks at this address of the gateway, and reads the answer as it comes. */
    Reading askAt(String path, ObjectNode request) throws IOException, InterruptedException {
        return new Reading(client.send(post(path, request), BodyHandlers.ofInputStream()));
    }

    /** Reads an answer from an address of the gateway as it comes. */
    Reading readAt(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = authenticated(path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new Reading(client.send(request.build(), BodyHandlers.ofInputStream()));
    }

    /** Asks for something that has no body. */
    Answer delete(String path) throws IOException, InterruptedException {
        return whole(authenticated(path).DELETE().build());
    }

    /** Reads an address of the gateway. */
    Answer get(String path) throws IOException, InterruptedException {
        HttpRequest request = authenticated(path).GET().build();
        return whole(request);
    }

    /** Sends a body as it is. */
    Answer send(String method, String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(TIMEOUT)
                .method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return whole(request.build());
    }

    /** The request's own time-out ends with the head of the response; this bounds its body too. */
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
