package dev.parley.inference.claude;

import dev.parley.inference.generation.Claude;
import dev.parley.messages.ApiError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Messages API over one pooled, kept-alive set of connections; HTTP/2 where the server speaks it. */
public final class HttpClaude implements Claude, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpClaude.class);

    private static final long ERROR_BYTES_MAX = 64 * 1024;

    private final ReadTimeouts readTimeouts = ReadTimeouts.start();
    private final Http2Connections connections;
    private final ClaudeSettings settings;

    /**
     * Makes a client of Claude.
     *
     * @param clients makes an HTTP client, with connections of its own
     */
    public HttpClaude(Supplier<HttpClient> clients, ClaudeSettings settings) {
        this.connections = new Http2Connections(clients, settings.streamsPerConnection());
        this.settings = settings;
    }

    @Override
    public CompletableFuture<Response> ask(Call asked) {
        HttpRequest request;
        try {
            request = request(asked);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(new Response.Refused(
                    0,
                    "",
                    "",
                    ApiError.invalidRequest("anthropic-version or anthropic-beta: not a header value"),
                    true));
        }
        Http2Connections.Place place = connections.take();
        CompletableFuture<HttpResponse<Body>> call = place.client().sendAsync(request, byStatus(place));
        var _ = call.whenComplete((answer, failure) -> {
            if (failure != null || answer.body() instanceof Body.Buffered) {
                place.release();
            }
        });
        CompletableFuture<Response> response =
                call.handle((answer, failure) -> failure == null ? respond(answer) : unreachable(failure));
        var _ = response.whenComplete((_, _) -> {
            if (response.isCancelled()) {
                call.cancel(true);
                var _ = call.thenAccept(HttpClaude::drop);
            }
        });
        return response;
    }

    /** Closes an answer whose call was cancelled. */
    private static void drop(HttpResponse<Body> answer) {
        if (answer.body() instanceof Body.Streaming streaming) {
            streaming.answer().close();
        }
    }

    /** Opens the connections, or keeps idle ones open, by a request that costs nothing. Blocks. */
    public void warmUp() {
        connections.clients().forEach(this::warmUp);
    }

    private void warmUp(HttpClient client) {
        HttpRequest models = HttpRequest.newBuilder(address("/v1/models"))
                .header("x-api-key", settings.apiKey())
                .header("anthropic-version", "2023-06-01")
                .timeout(settings.connectTimeout())
                .build();
        try {
            int status = client.send(models, BodyHandlers.discarding()).statusCode();
            if (ApiError.refusesCredentials(status)) {
                LOG.error("Claude does not accept the key in ANTHROPIC_API_KEY: status {}", status);
            }
        } catch (IOException e) {
            LOG.warn("Claude cannot be reached at {}: {}", settings.baseUrl(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Afterwards reads do not time out any more. */
    @Override
    public void close() {
        readTimeouts.close();
    }

    /** The base address may have a path of its own, as the official SDKs allow. */
    private URI address(String path) {
        return URI.create(settings.baseUrl().toString().replaceFirst("/+$", "") + path);
    }

    private HttpRequest request(Call asked) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address("/v1/messages"))
                .header("x-api-key", settings.apiKey())
                .header("content-type", "application/json")
                .header("accept", "text/event-stream")
                .header("anthropic-version", asked.version())
                .POST(BodyPublishers.ofByteArray(asked.request()));
        if (!asked.beta().isEmpty()) {
            request.header("anthropic-beta", asked.beta());
        }
        return request.build();
    }

    /** The body of a response: a stream for status 200, else the error as a whole. */
    private sealed interface Body {
        record Streaming(AnswerStream answer) implements Body {}

        record Buffered(
                @SuppressWarnings("ArrayRecordComponent") byte[] bytes) implements Body {}
    }

    private BodyHandler<Body> byStatus(Http2Connections.Place place) {
        return info -> info.statusCode() == 200
                ? BodySubscribers.mapping(new HttpAnswerStream(readTimeouts, place::release), Body.Streaming::new)
                : BodySubscribers.mapping(
                        BodySubscribers.limiting(BodySubscribers.ofByteArray(), ERROR_BYTES_MAX), Body.Buffered::new);
    }

    private static Response respond(HttpResponse<Body> answer) {
        String requestId = answer.headers().firstValue("request-id").orElse("");
        return switch (answer.body()) {
            case Body.Streaming streaming -> new Response.Accepted(streaming.answer(), answer.statusCode(), requestId);
            case Body.Buffered buffered -> {
                String retryAfter = answer.headers().firstValue("retry-after").orElse("");
                yield new Response.Refused(
                        answer.statusCode(),
                        requestId,
                        retryAfter,
                        ApiError.ofClaude(answer.statusCode(), buffered.bytes()),
                        answer.headers()
                                .firstValue("x-should-retry")
                                .filter("false"::equals)
                                .isPresent());
            }
        };
    }

    private static Response unreachable(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        LOG.warn("Calling Claude failed: {}", String.valueOf(cause));
        return switch (cause) {
            case ConnectException _, HttpTimeoutException _ ->
                new Response.Refused(0, "", "", ApiError.of(503, "Claude cannot be reached."), false);
            case null, default ->
                new Response.Refused(0, "", "", ApiError.of(502, "The connection to Claude broke."), false);
        };
    }
}
