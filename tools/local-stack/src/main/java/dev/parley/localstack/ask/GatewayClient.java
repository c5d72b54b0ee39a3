package dev.parley.localstack.ask;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway's HTTP interface, as far as {@code ask} needs it. */
public final class GatewayClient implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_BEGINS_WITHIN = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final int PAGES_MAX = 100;

    private final JsonMapper mapper = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    private final URI gateway;
    private final String key;

    public GatewayClient(URI gateway, String key) {
        this.gateway = gateway;
        this.key = key;
    }

    /** Connects and reads something, so that what is measured later is the answer and not this program's start. */
    public void warmUp() throws InterruptedException {
        new AnswerReader(mapper, text -> {}).accept(AnswerReader.DATA + "{\"type\": \"ping\"}");
        try (Stream<String> lines = http.send(get("/v1/conversations?limit=1"), BodyHandlers.ofLines())
                .body()) {
            lines.forEach(line -> {});
        } catch (IOException e) {
            // The question will meet the same, and say so.
        }
    }

    /** Asks, and hands on each piece of text as it comes. */
    public Reply ask(Question question, Consumer<String> onText) throws InterruptedException {
        HttpRequest.Builder request = request("/v1/messages")
                .timeout(ANSWER_BEGINS_WITHIN)
                .header("content-type", "application/json")
                .header("anthropic-version", "2023-06-01")
                .POST(BodyPublishers.ofString(question.body(mapper)));
        question.conversation().ifPresent(id -> request.header("x-parley-conversation", id));
        AnswerReader reader = new AnswerReader(mapper, onText);
        long start = System.nanoTime();
        try {
            HttpResponse<Stream<String>> response = http.send(request.build(), BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                return new Reply.Refusal(refusal(response));
            }
            response.body().forEach(reader::accept);
            long end = System.nanoTime();
            return reader.failure()
                    .<Reply>map(Reply.Refusal::new)
                    .orElseGet(() -> new Reply.Answer(
                            reader.text(),
                            header(response, "x-parley-generation"),
                            header(response, "x-parley-conversation"),
                            header(response, "x-parley-cache"),
                            Duration.ofNanos(reader.firstTextNanos(end) - start),
                            Duration.ofNanos(end - start)));
        } catch (IOException e) {
            return new Reply.Refusal("No gateway answers at " + gateway
                    + ". ./parley up starts the local one; ./parley ps looks at it.");
        } catch (UncheckedIOException e) {
            return new Reply.Refusal("The connection broke in the middle of the answer: " + e.getMessage());
        }
    }

    /** Waits for the turn to be in the history. */
    public Optional<StoredTurn> stored(Reply.Answer answer, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        Optional<StoredTurn> found = find(answer);
        while (found.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            found = find(answer);
        }
        return found;
    }

    /** Goes through the pages of a conversation, whose newest turn is on the last one. */
    private Optional<StoredTurn> find(Reply.Answer answer) throws InterruptedException {
        String path = "/v1/conversations/" + answer.conversation() + "?limit=100";
        String after = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode conversation = read(path + after);
            for (JsonNode turn : conversation.path("turns")) {
                if (turn.path("generation").asString("").equals(answer.generation())) {
                    return Optional.of(StoredTurn.read(turn));
                }
            }
            String next = conversation.path("next").asString("");
            if (next.isEmpty()) {
                return Optional.empty();
            }
            after = "&after=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
        return Optional.empty();
    }

    private JsonNode read(String path) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(get(path), BodyHandlers.ofString());
            return response.statusCode() == 200 ? mapper.readTree(response.body()) : mapper.missingNode();
        } catch (IOException e) {
            return mapper.missingNode();
        }
    }

    private HttpRequest get(String path) {
        return request(path).timeout(CONNECT_WITHIN).GET().build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway + path)).header("x-api-key", key);
    }

    private String refusal(HttpResponse<Stream<String>> response) {
        String body = response.body().collect(Collectors.joining("\n"));
        try {
            return "The gateway refuses with status " + response.statusCode() + ": "
                    + describe(mapper.readTree(body).path("error")) + ".";
        } catch (JacksonException e) {
            return "The gateway refuses with status " + response.statusCode() + " and no reason that can be read.";
        }
    }

    /** {@code overloaded_error: The servers are busy}. */
    static String describe(JsonNode error) {
        return error.path("type").asString("error") + ": "
                + error.path("message").asString("no message").replaceFirst("[.]$", "");
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        http.close();
    }
}
