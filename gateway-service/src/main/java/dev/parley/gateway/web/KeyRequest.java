package dev.parley.gateway.web;

import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of {@code POST /admin/keys}. A property that is not known is an error: a misspelt limit must not become none.
 */
record KeyRequest(TenantId tenant, String name, Optional<Limits> limits, Optional<String> onDisconnect) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /** As in {@link KeyLimits}, all of them optional. */
    record Limits(
            Optional<List<String>> models,
            Optional<Long> requestsPerMinute,
            Optional<Long> inputTokensPerMinute,
            Optional<Long> outputTokensPerMinute,
            Optional<Long> openStreams,
            Optional<BigDecimal> usdPerDay,
            Optional<BigDecimal> usdPerMonth) {}

    /**
     * Reads a body.
     *
     * @throws ApiErrorException if it is none
     */
    static KeyRequest parse(byte[] body) {
        try {
            return Optional.ofNullable(MAPPER.readValue(body, KeyRequest.class))
                    .orElseThrow(() ->
                            new ApiErrorException(ApiError.invalidRequest("The request body must be a JSON object.")));
        } catch (JacksonException e) {
            throw new ApiErrorException(ApiError.invalidRequest("The request body is no description of a key: "
                    + e.getOriginalMessage().lines().findFirst().orElse("")));
        }
    }

    KeyLimits keyLimits() {
        return limits.map(some -> new KeyLimits(
                        some.models().orElse(List.of()),
                        some.requestsPerMinute(),
                        some.inputTokensPerMinute(),
                        some.outputTokensPerMinute(),
                        some.openStreams(),
                        some.usdPerDay(),
                        some.usdPerMonth()))
                .orElse(KeyLimits.NONE);
    }

    Optional<OnDisconnect> policy() {
        return onDisconnect.map(policy -> OnDisconnect.valueOf(policy.toUpperCase(Locale.ROOT)));
    }
}
