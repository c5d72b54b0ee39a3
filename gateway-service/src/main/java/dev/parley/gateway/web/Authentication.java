package dev.parley.gateway.web;

import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.messages.ApiError;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** Authenticates requests by {@code x-api-key}, as Anthropic's clients send it, or {@code Authorization: Bearer}. */
public final class Authentication {
    private static final String BEARER = "Bearer ";

    private final Function<String, KeyLookup> keys;
    /** Whether all keys are known, so that an unknown one is invalid. */
    private final BooleanSupplier complete;

    public Authentication(Function<String, KeyLookup> keys, BooleanSupplier complete) {
        this.keys = keys;
        this.complete = complete;
    }

    /** The caller, or an {@link ApiErrorException} with status 401. */
    public Mono<Caller> check(HttpHeaders headers) {
        return presented(headers)
                .map(key -> switch (keys.apply(key)) {
                    case KeyLookup.Valid valid -> Mono.just(valid.caller());
                    case KeyLookup.Expired expired ->
                        Mono.<Caller>error(() -> new ApiErrorException(ApiError.of(
                                401, "This API key has expired: it was valid until " + expired.at() + ".")));
                    case KeyLookup.Unknown _ -> Mono.<Caller>error(this::unknown);
                })
                .orElseGet(() -> Mono.error(() -> new ApiErrorException(
                        ApiError.of(401, "x-api-key or Authorization: Bearer header is required"))));
    }

    private ApiErrorException unknown() {
        return complete.getAsBoolean()
                ? new ApiErrorException(ApiError.of(401, "invalid x-api-key"))
                : new ApiErrorException(ApiError.of(503, "The keys are not known yet."), "1");
    }

    /** The key of the request, valid or not. */
    public static Optional<String> presented(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(Names.API_KEY))
                .or(() -> Optional.ofNullable(headers.getFirst(HttpHeaders.AUTHORIZATION))
                        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(value -> value.substring(BEARER.length()).strip()));
    }
}
