package dev.parley.gateway.web.response;

import dev.parley.contracts.id.RequestId;
import dev.parley.gateway.openai.OpenAiError;
import dev.parley.gateway.web.response.ApiErrorException.Response;
import dev.parley.gateway.web.response.ApiErrorException.Source;
import dev.parley.messages.ApiError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Maps exceptions to error responses in the format of the client's API. Unexpected ones are logged and not disclosed. */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ErrorResponses implements WebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);
    private static final Set<String> RESOURCES =
            Set.of("messages", "chat", "models", "generations", "conversations", "keys");

    private static final String OTHER = "other";
    private static final String OVERLOADED = ApiError.of(529, "").type();
    private static final String VERSION = "/v1";
    private static final String RESPONSES = VERSION + "/responses";
    private static final String COMPLETIONS = VERSION + "/completions";

    /** Those that clients append to a base URL, some with {@code /v1} and some without. */
    private static final Set<String> ADDRESSES =
            Set.of("/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions", "/v1/models");

    private static final ApiError TOO_MANY = ApiError.of(429, "Too many wrong keys are being tried.");

    private final KeyGuessThrottle keyGuesses;

    private final MeterRegistry registry;
    private final Clock clock;
    private final Counter shareRefusals;

    public ErrorResponses(KeyGuessThrottle keyGuesses, MeterRegistry registry, Clock clock) {
        this.keyGuesses = keyGuesses;
        this.registry = registry;
        this.clock = clock;
        // From the start, so that alerts see the first increase.
        this.shareRefusals = Counter.builder("parley.share.refusals")
                .description("Requests that were refused because their key has its share")
                .register(registry);
        Stream.concat(RESOURCES.stream(), Stream.of(OTHER)).forEach(resource -> refusals(resource, OVERLOADED));
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        String id = Optional.ofNullable(response.getHeaders().getFirst(HeaderNames.REQUEST_ID))
                .orElseGet(() -> RequestId.next(clock).value());
        response.getHeaders().set(HeaderNames.REQUEST_ID, id);
        response.getHeaders().set(HeaderNames.X_REQUEST_ID, id);
        Dialect dialect = Dialect.of(exchange.getRequest());
        ApiError error = error(failure, id, dialect, exchange);
        count(exchange, error, source(failure));
        Mono<Void> write = write(response, dialect.status(error.status()), body(dialect, error, failure, id));
        if (error.status() != 401) {
            return write;
        }
        return keyGuesses
                .delay(exchange.getRequest().getRemoteAddress())
                .map(delay -> Mono.delay(delay).then(write))
                .orElseGet(() -> {
                    response.getHeaders().set("retry-after", KeyGuessThrottle.RETRY_AFTER);
                    return write(response, TOO_MANY.status(), body(dialect, TOO_MANY, failure, id));
                });
    }

    /** The error of a failure, whose headers are set. */
    private ApiError error(Throwable failure, String id, Dialect dialect, ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        return switch (failure) {
            case ApiErrorException known -> {
                addHeaders(known.response(), dialect, headers);
                yield known.error();
            }
            case MethodNotAllowedException wrong -> {
                headers.setAllow(wrong.getSupportedMethods());
                yield ApiError.of(405, "This resource does not have the method " + wrong.getHttpMethod() + ".");
            }
            case ResponseStatusException status ->
                ApiError.of(status.getStatusCode().value(), reason(status, exchange));
            default -> {
                LOG.error("{} failed", id, failure);
                yield ApiError.INTERNAL;
            }
        };
    }

    private static Source source(Throwable failure) {
        return failure instanceof ApiErrorException known ? known.response().source() : Source.GATEWAY;
    }

    private static byte[] body(Dialect dialect, ApiError error, Throwable failure, String requestId) {
        return switch (dialect) {
            case ANTHROPIC -> error.body(requestId);
            case OPENAI ->
                failure instanceof ApiErrorException known
                        ? OpenAiError.body(
                                error,
                                known.response().param(),
                                known.response().code())
                        : OpenAiError.body(error);
        };
    }

    private void addHeaders(Response known, Dialect dialect, HttpHeaders headers) {
        known.setRetryHeaders(headers);
        RateLimitHeaders.of(dialect, known.limits(), clock.instant()).forEach(headers::set);
    }

    /** Counts by resource, unless it is counted where it comes from. A 404 of a generation is an attempt to read another tenant's. */
    private void count(ServerWebExchange exchange, ApiError error, Source source) {
        if (source == Source.PASSED_ON) {
            return;
        } else if (source == Source.SHARE) {
            shareRefusals.increment();
        }
        var segments = exchange.getRequest().getPath().pathWithinApplication().elements();
        String resource = segments.size() < 4 ? "" : segments.get(3).value();
        refusals(RESOURCES.contains(resource) ? resource : OTHER, error.type()).increment();
    }

    private Counter refusals(String resource, String type) {
        return Counter.builder("parley.gateway.refusals")
                .description("Error responses of the gateway itself")
                .tag("resource", resource)
                .tag("type", type)
                .register(registry);
    }

    private static Mono<Void> write(ServerHttpResponse response, int status, byte[] body) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static String reason(ResponseStatusException status, ServerWebExchange exchange) {
        if (status.getStatusCode().value() == 404) {
            return notFound(exchange.getRequest().getPath().value());
        }
        String reason = status.getReason();
        return reason == null ? "The request cannot be served." : reason;
    }

    /** Names the address that a client means whose base URL has {@code /v1} twice or not at all. */
    private static String notFound(String path) {
        String rest = path.startsWith(VERSION + "/") ? path.substring(VERSION.length()) : path;
        String meant = rest.startsWith(VERSION + "/") ? rest : VERSION + rest;
        if (meant.startsWith(RESPONSES) || meant.equals(COMPLETIONS)) {
            return "OpenAI's " + (meant.equals(COMPLETIONS) ? "Completions" : "Responses")
                    + " API is not available. Use /v1/chat/completions, or Claude's /v1/messages.";
        }
        return "There is nothing at this address."
                + (ADDRESSES.contains(meant) && !meant.equals(path)
                        ? " If " + meant + " is meant, check the client's base URL."
                        : "");
    }
}
