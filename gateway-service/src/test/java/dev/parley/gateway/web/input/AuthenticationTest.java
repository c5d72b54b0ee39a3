package dev.parley.gateway.web.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.id.TenantId;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.KeyLookup;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.messages.ApiError;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

class AuthenticationTest {
    private static final Caller ADA = new Caller(new TenantId("t"), "ada", OnDisconnect.CONTINUE, Set.of());

    private final Authentication authentication = new Authentication(key -> switch (key) {
        case "right" -> new KeyLookup.Valid(ADA);
        case "old" -> new KeyLookup.Expired(Instant.parse("2026-01-01T00:00:00Z"));
        default -> new KeyLookup.Unknown();
    });

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
        "wrong, , invalid x-api-key",
        "wrong, Basic right, invalid x-api-key",
        "'', Bearer wrong, invalid x-api-key",
    })
    void refusesOtherRequests(String apiKey, String authorization, String message) {
        assertRefused(headers(apiKey, authorization), message);
    }

    /** Anthropic's SDKs send both if both of their environment variables are set. */
    @ParameterizedTest
    @CsvSource({
        "wrong, invalid x-api-key",
        "old, This API key has expired: it was valid until 2026-01-01T00:00:00Z.",
    })
    void checksOneOfTwoKeysAndNamesItsHeader(String apiKey, String message) {
        assertRefused(headers(apiKey, "Bearer right"), "Of the two keys sent, only x-api-key was checked: " + message);
    }

    private void assertRefused(HttpHeaders headers, String message) {
        assertThatExceptionOfType(ApiErrorException.class)
                .isThrownBy(() -> authentication.check(headers).block())
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
