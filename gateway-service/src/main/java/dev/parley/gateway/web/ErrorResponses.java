package dev.parley.gateway.web;

import dev.parley.contracts.id.RequestId;
import dev.parley.gateway.openai.OpenAiError;
import dev.parley.messages.ApiError;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Turns whatever went wrong into an error body of the API that the client speaks. What is not the client's fault is logged, not told. */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ErrorResponses implements WebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);

    private final Clock clock;

    public ErrorResponses(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        String requestId = response.getHeaders().getFirst(Names.REQUEST_ID);
        if (requestId == null) {
            requestId = RequestId.next(clock).value();
            response.getHeaders().set(Names.REQUEST_ID, requestId);
        }
        response.getHeaders().set(Names.X_REQUEST_ID, requestId);
        ApiError error = switch (failure) {
            case ApiErrorException known -> {
                if (!known.retryAfter().isEmpty()) {
                    response.getHeaders().set("retry-after", known.retryAfter());
                }
                yield known.error();
            }
            case MethodNotAllowedException wrong -> {
                response.getHeaders().setAllow(wrong.getSupportedMethods());
                yield ApiError.of(405, "This resource does not have the method " + wrong.getHttpMethod() + ".");
            }
            case ResponseStatusException status ->
                ApiError.of(status.getStatusCode().value(), reason(status));
            default -> {
                LOG.error("{} failed", requestId, failure);
                yield ApiError.of(500, "Something went wrong on our side.");
            }
        };
        response.setStatusCode(HttpStatusCode.valueOf(error.status()));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] body = switch (Dialect.of(exchange.getRequest())) {
            case ANTHROPIC -> error.body(requestId);
            case OPENAI ->
                failure instanceof ApiErrorException known
                        ? OpenAiError.body(error, known.param(), known.code())
                        : OpenAiError.body(error);
        };
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private static String reason(ResponseStatusException status) {
        if (status.getStatusCode().value() == 404) {
            return "There is nothing at this address.";
        }
        String reason = status.getReason();
        return reason == null ? "The request cannot be served." : reason;
    }
}
