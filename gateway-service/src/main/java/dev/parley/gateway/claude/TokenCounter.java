package dev.parley.gateway.claude;

import dev.parley.messages.ApiError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Client of Claude's {@code count_tokens}. Bounds the time of a call, and the reply to 64 KiB. */
public final class TokenCounter {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCounter.class);
    private static final long REPLY_BYTES_MAX = 64 * 1024;
    private static final String PATH = "/v1/messages/count_tokens";

    /** Claude's reply, or the error that replaces it. */
    public sealed interface Reply {
        /** Claude's request id; empty without a reply. */
        String requestId();

        /**
         * A count.
         *
         * @param body Claude's response body in UTF-8; must not be modified
         */
        record Counted(
                String requestId,
                @SuppressWarnings("ArrayRecordComponent") byte[] body) implements Reply {}

        /**
         * The request was not counted.
         *
         * @param retryAfter value of the {@code retry-after} header, empty for none
         * @param noRetry whether Claude forbids a retry, or one is in vain
         */
        record Refused(String requestId, String retryAfter, ApiError error, boolean noRetry) implements Reply {
            Refused(ApiError error, String retryAfter) {
                this("", retryAfter, error, false);
            }
        }
    }

    private final HttpClient client;
    private final ClaudeSettings settings;
    private final Supplier<String> key;
    private final MeterRegistry registry;

    /** A client that asks for the key at each call. */
    public TokenCounter(HttpClient client, ClaudeSettings settings, Supplier<String> key, MeterRegistry registry) {
        this.client = client;
        this.settings = settings;
        this.key = key;
        this.registry = registry;
        // From the start, so that an alert sees the first increase.
        List.of(401, 403).forEach(this::credentialsRefused);
    }

    private Counter credentialsRefused(int status) {
        return Counter.builder("parley.claude.credentials.refused")
                .description("Calls that Claude refused because of the operator's key")
                .tag("status", Integer.toString(status))
                .register(registry);
    }

    /** Sends the client's bytes unchanged. Does not block; cancelling aborts the call. */
    public Mono<Reply> count(String version, String beta, byte[] body) {
        HttpRequest request;
        try {
            request = request(version, beta, body);
        } catch (IllegalArgumentException e) {
            return Mono.just(new Reply.Refused(
                    ApiError.invalidRequest("anthropic-version or anthropic-beta: not a header value"), ""));
        }
        return Mono.fromFuture(() -> client.sendAsync(
                                request, _ -> BodySubscribers.limiting(BodySubscribers.ofByteArray(), REPLY_BYTES_MAX))
                        .handle((answer, failure) -> failure == null ? reply(answer) : unreachable(failure)))
                .timeout(settings.callTimeout(), Mono.fromSupplier(this::late));
    }

    private HttpRequest request(String version, String beta, byte[] body) {
        URI address = URI.create(settings.baseUrl().toString().replaceFirst("/+$", "") + PATH);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("x-api-key", key.get())
                .header("content-type", "application/json")
                .header("anthropic-version", version)
                .POST(BodyPublishers.ofByteArray(body));
        return (beta.isEmpty() ? request : request.header("anthropic-beta", beta)).build();
    }

    private Reply reply(HttpResponse<byte[]> answer) {
        String requestId = answer.headers().firstValue("request-id").orElse("");
        if (answer.statusCode() == 200) {
            return new Reply.Counted(requestId, answer.body());
        }
        if (ApiError.refusesCredentials(answer.statusCode())) {
            credentialsRefused(answer.statusCode()).increment();
        }
        String retryAfter = answer.headers().firstValue("retry-after").orElse("");
        ApiError error = ApiError.ofClaude(answer.statusCode(), answer.body());
        boolean forbidden = answer.headers().firstValue("x-should-retry").equals(Optional.of("false"));
        return new Reply.Refused(requestId, retryAfter, error, forbidden || error.isSpendLimit(retryAfter));
    }

    private static Reply unreachable(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        // A cancelled call has been logged as late, or its client has left.
        if (!(cause instanceof CancellationException)) {
            LOG.warn("Token counting failed: {}", String.valueOf(cause));
        }
        return new Reply.Refused(ApiError.of(503, "Claude cannot be reached."), "1");
    }

    private Reply late() {
        LOG.warn("Token counting failed: no reply within {}", settings.callTimeout());
        return new Reply.Refused(ApiError.of(504, "Claude did not count in time."), "");
    }
}
