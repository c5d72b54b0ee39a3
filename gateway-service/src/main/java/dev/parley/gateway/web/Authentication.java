package dev.parley.gateway.web;

import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.Keys;
import dev.parley.messages.ApiError;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** Finds out who asks: by {@code x-api-key}, as Anthropic's clients send it, or {@code Authorization: Bearer}. */
public final class Authentication {
    private static final String BEARER = "Bearer ";

    private final Keys keys;

    public Authentication(Keys keys) {
        this.keys = keys;
    }

    /** The caller, or an error with status 401. */
    Mono<Caller> check(HttpHeaders headers) {
        return Mono.defer(() -> Mono.justOrEmpty(presented(headers).flatMap(keys::check)))
                .switchIfEmpty(Mono.error(() -> new ApiErrorException(ApiError.of(
                        401, presented(headers).isPresent() ? "invalid x-api-key" : "x-api-key header is required"))));
    }

    private static Optional<String> presented(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(Names.API_KEY))
                .or(() -> Optional.ofNullable(headers.getFirst(HttpHeaders.AUTHORIZATION))
                        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(value -> value.substring(BEARER.length()).strip()));
    }
}
