package dev.parley.gateway.web.pool;

import dev.parley.gateway.web.pool.SharedPool.Reservation;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A response that closes reservations at its end.
 *
 * @param held closed when the client has received the response, or has disconnected
 */
public record ObservedResponse(ServerResponse response, List<Reservation> held) implements ServerResponse {
    /** Closes the reservations also if the response cannot be made, or its client disconnects before. */
    public static Mono<ServerResponse> of(Supplier<Mono<ServerResponse>> response, Reservation... held) {
        List<Reservation> all = List.of(held);
        return Mono.defer(response)
                .<ServerResponse>map(made -> new ObservedResponse(made, all))
                .doOnError(_ -> all.forEach(Reservation::close))
                .doOnCancel(() -> all.forEach(Reservation::close));
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
        return response.writeTo(exchange, context).doFinally(_ -> held.forEach(Reservation::close));
    }
}
