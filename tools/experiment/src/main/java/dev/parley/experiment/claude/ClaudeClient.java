package dev.parley.experiment.claude;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.experiment.trial.ClaudeApi;
import dev.parley.experiment.trial.Reply;
import dev.parley.messages.MalformedStreamException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls Claude with the operator's key, one call a thread. A call that is refused before its answer is repeated; one without a
 * complete answer within 10 minutes is closed, and not repeated. Refusals are values.
 */
public final class ClaudeClient implements ClaudeApi, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** For a whole answer. */
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(10);

    /** With it, a call is repeated up to three times. */
    public static final int PATIENT = 4;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI messages;
    private final String apiKey;
    private final int callsMax;
    private final Duration timeout;

    /**
     * A client.
     *
     * @param baseUrl an address of the Messages API such as {@code https://api.anthropic.com}
     * @param callsMax how often a call is made until it is answered or finally refused
     */
    public ClaudeClient(URI baseUrl, String apiKey, int callsMax) {
        this(baseUrl, apiKey, callsMax, CALL_TIMEOUT);
    }

    ClaudeClient(URI baseUrl, String apiKey, int callsMax, Duration timeout) {
        this.messages = URI.create(baseUrl.toString().replaceAll("/+$", "") + "/v1/messages");
        this.apiKey = apiKey;
        this.callsMax = callsMax;
        this.timeout = timeout;
    }

    @Override
    public Reply ask(ObjectNode request) throws InterruptedException {
        for (int call = 1; ; call++) {
            ReplyReader reader = new ReplyReader();
            Reply reply = once(request, reader);
            if (call == callsMax || !(reply instanceof Reply.Refused refused && refused.isTransient())) {
                return reply;
            }
            Thread.sleep(pause(call, reader));
        }
    }

    private static Duration pause(int call, ReplyReader reader) {
        Duration usual = FIRST_PAUSE.multipliedBy(1L << (call - 1));
        Duration jittered =
                Duration.ofMillis(ThreadLocalRandom.current().nextLong(usual.toMillis(), 2 * usual.toMillis()));
        Duration wanted = reader.retryAfter().orElse(jittered);
        return wanted.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : wanted;
    }

    private Reply once(ObjectNode request, ReplyReader reader) throws InterruptedException {
        HttpRequest post = HttpRequest.newBuilder(messages)
                .header("x-api-key", apiKey)
                .header("anthropic-version", "2023-06-01")
                .header("content-type", "application/json")
                .timeout(timeout)
                .POST(BodyPublishers.ofString(request.toString(), UTF_8))
                .build();
        CompletableFuture<HttpResponse<Void>> call = http.sendAsync(post, response -> {
            reader.begin(response);
            return BodySubscribers.ofByteArrayConsumer(bytes -> bytes.ifPresent(reader::accept));
        });
        try {
            HttpResponse<Void> _ = call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return reader.reply();
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case HttpTimeoutException late
                when !(late instanceof HttpConnectTimeoutException) -> reader.timedOut(timeout);
                case IOException broken -> reader.broken("the connection failed: " + broken.getMessage());
                case MalformedStreamException malformed ->
                    reader.broken("the answer is malformed: " + malformed.getMessage());
                case null, default -> throw new IllegalStateException("a call to Claude failed", e);
            };
        } catch (TimeoutException e) {
            return reader.timedOut(timeout);
        } finally {
            call.cancel(true);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
