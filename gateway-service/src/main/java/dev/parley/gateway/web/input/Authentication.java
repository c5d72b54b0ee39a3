package dev.parley.gateway.web.input;

import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/**
 * Authenticates requests by {@code x-api-key}, as Anthropic's clients send it, or {@code Authorization: Bearer}. Of two keys only
 * the first is checked: one request is one guess.
 */
public final class Authentication {
    private static final String BEARER = "Bearer ";

    private final Function<String, KeyLookup> keys;

    public Authentication(Function<String, KeyLookup> keys) {
        this.keys = keys;
    }

    /** The caller, or an {@link ApiErrorException} with status 401. */
    public Mono<Caller> check(HttpHeaders headers) {
        return presented(headers)
                .map(key -> switch (keys.apply(key)) {
                    case KeyLookup.Valid valid -> Mono.just(valid.caller());
                    case KeyLookup.Expired expired ->
                        rejected("This API key has expired: it was valid until " + expired.at() + ".", headers);
                    case KeyLookup.Unknown _ -> rejected("invalid x-api-key", headers);
                    case KeyLookup.NotReadYet _ ->
                        Mono.<Caller>error(new ApiErrorException(503, "The keys are not known yet.", "1"));
                })
                .orElseGet(() -> rejected("x-api-key or Authorization: Bearer header is required"));
    }

    private static Mono<Caller> rejected(String message, HttpHeaders headers) {
        boolean both = apiKey(headers).isPresent() && bearer(headers).isPresent();
        return rejected(both ? "Of the two keys sent, only x-api-key was checked: " + message : message);
    }

    private static Mono<Caller> rejected(String message) {
        return Mono.error(new ApiErrorException(401, message));
    }

    /** The key of the request, valid or not. SDKs send a blank one if their environment variable is empty; it counts as absent. */
    public static Optional<String> presented(HttpHeaders headers) {
        return apiKey(headers).or(() -> bearer(headers));
    }

    private static Optional<String> apiKey(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(HeaderNames.API_KEY)).filter(key -> !key.isBlank());
    }

    private static Optional<String> bearer(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(HttpHeaders.AUTHORIZATION))
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .filter(key -> !key.isEmpty());
    }
}
