package dev.parley.localstack.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API of a gateway. Every method throws {@link GatewayException} if the gateway refuses or cannot be reached. */
public final class GatewayClient implements AutoCloseable {
    /** The {@code max_tokens} of a question, which Claude's thinking counts towards too. */
    public static final int ANSWER_TOKENS_MAX = 16_000;

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration RESPONSE_WITHIN = Duration.ofSeconds(15);
    private static final Duration ANSWER_BEGINS_WITHIN = Duration.ofMinutes(2);

    /** A publication responds when the whole answer is published. The gateway gives up an answer after 15 minutes by default. */
    private static final Duration PUBLISHED_WITHIN = Duration.ofMinutes(16);

    private static final Duration BETWEEN_READS = Duration.ofMillis(50);
    /** Of one publication, for changes in the next minute. */
    private static final int WAITS_MAX = 5;

    private static final long WAIT_SECONDS_MAX = 61;
    private static final String KEYS = "/admin/keys";
    private static final String CACHE = "/v1/cache/";

    /** The message of the gateway's only other 404 for operators than that of a missing admin key. */
    private static final String NO_SUCH_KEY = "There is no such key.";

    static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    private final URI gateway;
    private final String key;
    private final Duration answerBeginsWithin;

    public GatewayClient(URI gateway, String key) {
        this(gateway, key, ANSWER_BEGINS_WITHIN);
    }

    GatewayClient(URI gateway, String key, Duration answerBeginsWithin) {
        this.gateway = gateway;
        this.key = key;
        this.answerBeginsWithin = answerBeginsWithin;
    }

    /**
     * Sends a request to the API for the keys of clients, and returns the response.
     *
     * @param path below {@code /admin/keys}
     * @param body empty for none
     */
    public JsonNode keys(String method, String path, Map<String, ? extends @Nullable Object> body) {
        return call(method, KEYS + path, body.isEmpty() ? "" : JSON.writeValueAsString(body));
    }

    /**
     * The usage of all keys.
     *
     * @param query the parameters of {@code /admin/usage}, with the question mark
     */
    public JsonNode usage(String query) {
        return call("GET", "/admin/usage" + query, "");
    }

    /** Has the cached answer of a generation removed. */
    public void evict(String generation) {
        call("DELETE", CACHE + encode(generation), "");
    }

    /** Opens the connection and loads the JSON parser, so that the start of this program is not measured. */
    public void warmUp() {
        try {
            call("GET", "/v1/conversations?limit=1", "");
        } catch (GatewayException e) {
            // The question will be refused for the same reason.
        }
    }

    /** The first model that the key may use, in the order of the gateway. */
    public String firstModel() {
        String first = call("GET", "/v1/models?limit=1", "")
                .path("data")
                .path(0)
                .path("id")
                .asString("");
        if (first.isEmpty()) {
            throw new GatewayException("The gateway lists no model for this key. Name one with --model.");
        }
        return first;
    }

    /**
     * Asks a question.
     *
     * @param conversation the conversation to continue; a new one by default
     * @param onText receives each piece of the answer's text when it arrives
     */
    public ReceivedAnswer ask(String question, String model, Optional<String> conversation, Consumer<String> onText) {
        Map<String, Object> body = new LinkedHashMap<>(messages(question, model));
        body.put("stream", true);
        HttpRequest.Builder request = request("/v1/messages")
                .timeout(answerBeginsWithin)
                .header("anthropic-version", "2023-06-01")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
        conversation.ifPresent(id -> request.header("x-parley-conversation", id));
        ReceivedAnswerReader reader = new ReceivedAnswerReader(onText);
        HttpResponse<Stream<String>> response = send(request.build(), BodyHandlers.ofLines());
        try {
            if (response.statusCode() != 200) {
                throw refusal(
                        "/v1/messages", response.statusCode(), response.body().collect(Collectors.joining("\n")));
            }
            response.body().forEach(reader::accept);
            return reader.answer(response);
        } catch (UncheckedIOException e) {
            throw new GatewayException("The connection broke in the middle of the answer: " + e.getMessage());
        }
    }

    /**
     * Publishes the answer to a question, which the gateway has answered, and returns the response. Waits for the end of a minute
     * with too many changes.
     */
    public JsonNode publish(String collection, String slug, String question, String model) {
        String path = questionPath(collection, slug);
        HttpRequest request = request(path)
                .timeout(PUBLISHED_WITHIN)
                .PUT(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("request", messages(question, model)))))
                .build();
        HttpResponse<String> response = send(request, BodyHandlers.ofString());
        for (int waits = 0; waits < WAITS_MAX && retryAfter(response) <= WAIT_SECONDS_MAX; waits++) {
            // There is no condition to wait for: the gateway has told the time. A wait may end early.
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(retryAfter(response));
            while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
            response = send(request, BodyHandlers.ofString());
        }
        return json(path, response);
    }

    /** The text of a published question; empty if there is none. */
    public Optional<String> publishedQuestion(String collection, String slug) {
        String path = questionPath(collection, slug);
        HttpRequest request = request(path).timeout(RESPONSE_WITHIN).GET().build();
        HttpResponse<String> response = send(request, BodyHandlers.ofString());
        return response.statusCode() == 404
                ? Optional.empty()
                : Optional.of(json(path, response).path("question").asString(""));
    }

    private static String questionPath(String collection, String slug) {
        return "/v1/collections/" + encode(collection) + "/questions/" + encode(slug);
    }

    /** The seconds after which a request that was one too many may be repeated; endless for other responses. */
    private static long retryAfter(HttpResponse<?> response) {
        return response.statusCode() == 429
                ? response.headers().firstValueAsLong("retry-after").orElse(Long.MAX_VALUE)
                : Long.MAX_VALUE;
    }

    /** A request of the Messages API. */
    private static Map<String, Object> messages(String question, String model) {
        return Map.of(
                "model", model,
                "max_tokens", ANSWER_TOKENS_MAX,
                "messages", List.of(Map.of("role", "user", "content", question)));
    }

    /** The stored turn of an answer, for which it waits at most so long. */
    public Optional<JsonNode> stored(ReceivedAnswer answer, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Optional<JsonNode> turn = find(answer);
        while (turn.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_READS.toNanos());
            turn = find(answer);
        }
        return turn;
    }

    /** Reads the newest turns of the conversation. */
    private Optional<JsonNode> find(ReceivedAnswer answer) {
        try {
            return call("GET", "/v1/conversations/" + answer.conversation() + "?order=desc&limit=10", "")
                    .path("turns")
                    .valueStream()
                    .filter(turn -> turn.path("generation").asString("").equals(answer.generation()))
                    .findFirst();
        } catch (GatewayException e) {
            // A conversation without stored turns does not exist yet.
            return Optional.empty();
        }
    }

    private JsonNode call(String method, String path, String body) {
        HttpRequest request = request(path)
                .timeout(RESPONSE_WITHIN)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return json(path, send(request, BodyHandlers.ofString()));
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the gateway at " + gateway + " was called", e);
        }
    }

    private JsonNode json(String path, HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw refusal(path, response.statusCode(), response.body());
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new GatewayException("The server at " + gateway + " is not a gateway.");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway + path))
                .header("x-api-key", key)
                .header("content-type", "application/json");
    }

    /** A connection that nothing accepts, also because the name has no address, or another failure of a request. */
    private GatewayException failure(IOException failure) {
        if (failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException) {
            return new GatewayException("No gateway answers at " + gateway + ". ./parley up starts the local one;"
                    + " ./parley ps shows its state.");
        }
        return new GatewayException("The request to the gateway at " + gateway + " has failed: " + failure);
    }

    private static GatewayException refusal(String path, int status, String body) {
        try {
            JsonNode error = JSON.readTree(body).path("error");
            boolean forOperators = path.startsWith("/admin/") || path.startsWith(CACHE);
            boolean lacksAdminKey = status == 404
                    && forOperators
                    && !error.path("message").asString("").equals(NO_SUCH_KEY);
            return new GatewayException("The gateway refuses with status " + status + ": " + describe(error) + "."
                    + (lacksAdminKey ? " It has no admin key configured." : ""));
        } catch (JacksonException e) {
            return new GatewayException(
                    "The gateway refuses with status " + status + " and no reason that can be read.");
        }
    }

    /** {@code overloaded_error: The servers are busy}. */
    static String describe(JsonNode error) {
        return error.path("type").asString("error") + ": "
                + error.path("message").asString("no message").replaceFirst("[.]$", "");
    }

    /** A value as a part of a path or of a query. */
    public static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
