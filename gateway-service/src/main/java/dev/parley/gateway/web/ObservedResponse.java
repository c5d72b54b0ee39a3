package dev.parley.gateway.web;

import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A response that reports its end.
 *
 * @param ended runs when the client has received the response, or has disconnected
 */
public record ObservedResponse(ServerResponse response, Runnable ended) implements ServerResponse {
    /** Reports the end of a response also if it cannot be made, or its client disconnects before; more than once at times. */
    public static Mono<ServerResponse> of(Supplier<Mono<ServerResponse>> response, Runnable ended) {
        return Mono.defer(response)
                .<ServerResponse>map(made -> new ObservedResponse(made, ended))
                .doOnError(_ -> ended.run())
                .doOnCancel(ended);
    }

    @Override
    public HttpStatusCode statusCode() {
        return response.statusCode();
    }

    @Override
    public HttpHeaders headers() {
        return response.headers();
    }

    @Override
    public MultiValueMap<String, ResponseCookie> cookies() {
        return response.cookies();
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        return response.writeTo(exchange, context).doFinally(_ -> ended.run());
    }
}
