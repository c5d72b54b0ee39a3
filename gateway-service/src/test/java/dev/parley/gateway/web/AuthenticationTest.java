package dev.parley.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.messages.ApiError;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

class AuthenticationTest {
    private static final Caller ADA = new Caller(new TenantId("t"), "ada", OnDisconnect.CONTINUE, Set.of());

    private final Authentication authentication =
            new Authentication(key -> key.equals("right") ? new KeyLookup.Valid(ADA) : new KeyLookup.Unknown());

    @ParameterizedTest
    @CsvSource({
        "right,",
        "right, Bearer wrong",
        ", Bearer right",
        ", bearer  right",
        "'', Bearer right",
        "' ', Bearer right",
    })
    void acceptsAKeyInEitherHeader(String apiKey, String authorization) {
        assertThat(authentication.check(headers(apiKey, authorization)).block()).isEqualTo(ADA);
    }

    @ParameterizedTest
    @CsvSource({
        ", , x-api-key or Authorization: Bearer header is required",
        "'', , x-api-key or Authorization: Bearer header is required",
        "'', Bearer, x-api-key or Authorization: Bearer header is required",
        "'', 'Bearer ', x-api-key or Authorization: Bearer header is required",
        ", Basic right, x-api-key or Authorization: Bearer header is required",
        "wrong, Bearer right, invalid x-api-key",
        "'', Bearer wrong, invalid x-api-key",
    })
    void refusesOtherRequests(String apiKey, String authorization, String message) {
        assertThatExceptionOfType(ApiErrorException.class)
                .isThrownBy(() ->
                        authentication.check(headers(apiKey, authorization)).block())
                .satisfies(refusal -> assertThat(refusal.error()).isEqualTo(ApiError.of(401, message)));
    }

    private static HttpHeaders headers(String apiKey, String authorization) {
        HttpHeaders headers = new HttpHeaders();
        if (apiKey != null) {
            headers.set("x-api-key", apiKey);
        }
        if (authorization != null) {
            headers.set(HttpHeaders.AUTHORIZATION, authorization);
        }
        return headers;
    }
}
