package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What every turn event says, however the generation ended.
 *
 * @param user who asked within the tenant
 * @param key the API key that was used; empty for one that is configured in the gateway
 * @param model the model that was asked for
 * @param request the Messages API request, as it is on the log; a JSON string if that is no JSON
 * @param usage the sum over the attempts; zero for a cached answer
 * @param costUsd the sum over the attempts, in US dollars
 * @param receivedAt when the gateway received the request
 * @param endedAt when the answer ended
 */
public record TurnFacts(
        GenerationId generation,
        ConversationId conversation,
        TenantId tenant,
        String user,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<KeyId> key,
        String model,
        Fingerprint fingerprint,
        CachePolicy cachePolicy,
        CacheVerdict cache,
        RawJson request,
        Usage usage,
        BigDecimal costUsd,
        List<Attempt> attempts,
        StageTimings timings,
        Instant receivedAt,
        Instant endedAt,
        String traceparent) {
    public TurnFacts {
        attempts = List.copyOf(attempts);
    }
}
