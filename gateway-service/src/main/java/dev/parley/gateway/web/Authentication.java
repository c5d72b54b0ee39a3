package dev.parley.gateway.web;

import dev.parley.gateway.session.ApiKeys;
import dev.parley.gateway.session.Caller;
import dev.parley.messages.ApiError;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** Finds out who asks: by {@code x-api-key}, as Anthropic's clients send it, or {@code Authorization: Bearer}. */
public final class Authentication {
    private static final String BEARER = "Bearer ";

    private final ApiKeys keys;

    public Authentication(ApiKeys keys) {
        this.keys = keys;
    }

    /** The caller, or an error with status 401. */
    public Mono<Caller> check(HttpHeaders headers) {
        return presented(headers)
                .map(key -> keys.of(key).switchIfEmpty(Mono.error(this::unknown)))
                .orElseGet(() -> Mono.error(() -> new ApiErrorException(
                        ApiError.of(401, "x-api-key or Authorization: Bearer header is required"))));
    }

    private ApiErrorException unknown() {
        return keys.complete()
                ? new ApiErrorException(ApiError.of(401, "invalid x-api-key"))
                : new ApiErrorException(ApiError.of(503, "The keys are not known yet."), "1");
    }

    /** The key that was sent, good or not. */
    public static Optional<String> presented(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(Names.API_KEY))
                .or(() -> Optional.ofNullable(headers.getFirst(HttpHeaders.AUTHORIZATION))
                        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(value -> value.substring(BEARER.length()).strip()));
    }
}
