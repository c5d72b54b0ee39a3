package dev.parley.gateway.web.keys;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.ApiErrorException;
import dev.parley.messages.ApiError;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of {@code POST /admin/keys}, or what a key is to be after {@code PATCH}. A property that is not known is an
 * error: a misspelt limit must not become none.
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
        return read(() -> MAPPER.readValue(body, KeyRequest.class));
    }

    private static KeyRequest read(Supplier<@Nullable KeyRequest> reading) {
        try {
            return Optional.ofNullable(reading.get())
                    .orElseThrow(() ->
                            new ApiErrorException(ApiError.invalidRequest("The request body must be a JSON object.")));
        } catch (JacksonException e) {
            throw new ApiErrorException(ApiError.invalidRequest("The request body is no description of a key: "
                    + e.getOriginalMessage().lines().findFirst().orElse("")));
        }
    }

    /**
     * What a key is to be by this body, a merge patch (RFC 7396): what is absent stays as it is, null takes away.
     *
     * @throws ApiErrorException if the body is none, or would give the key to another tenant
     */
    static KeyRequest changed(KeyIssued key, byte[] body) {
        ObjectNode wanted =
                MAPPER.createObjectNode().put("tenant", key.tenant().value()).put("name", key.name());
        wanted.set("limits", TurnCodec.MAPPER.<ObjectNode>valueToTree(key.limits()));
        key.onDisconnect().ifPresent(policy -> wanted.put("on_disconnect", policy));
        return read(() -> {
            if (MAPPER.readTree(body) instanceof ObjectNode patch) {
                merge(wanted, patch);
                KeyRequest changed = MAPPER.treeToValue(wanted, KeyRequest.class);
                if (changed.tenant().equals(key.tenant())) {
                    return changed;
                }
                throw new ApiErrorException(ApiError.invalidRequest("This cannot be a key: its tenant stays."));
            }
            return null;
        });
    }

    private static void merge(ObjectNode into, ObjectNode patch) {
        patch.properties().forEach(property -> {
            String name = property.getKey();
            if (property.getValue().isNull()) {
                into.remove(name);
            } else if (property.getValue() instanceof ObjectNode inner && into.get(name) instanceof ObjectNode before) {
                merge(before, inner);
            } else {
                into.set(name, property.getValue());
            }
        });
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
