package dev.parley.contracts.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
 * The facts that all turn events have in common.
 *
 * @param user the user within the tenant
 * @param key the API key that was used; empty for a key from the gateway's configuration
 * @param model the model in the request
 * @param selection how the model in the request was resolved, if it is an alias
 * @param escalates the earlier answer that did not suffice, because of which the stronger model was to answer
 * @param similar why the answer to a similar question was reused or not; empty if that was not considered
 * @param request the Messages API request, as on the log; a JSON string if it was not JSON
 * @param usage the sum over the attempts; zero for a cached answer
 * @param costUsd the sum over the attempts, in US dollars; empty (null in JSON) if that of one is unknown, or a call to a
 *     judge may be missing
 * @param receivedAt when the gateway received the request
 * @param endedAt when the answer ended
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TurnFacts(
        GenerationId generation,
        ConversationId conversation,
        TenantId tenant,
        String user,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<KeyId> key,
        String model,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Selection> selection,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<GenerationId> escalates,
        Fingerprint fingerprint,
        CachePolicy cachePolicy,
        CacheVerdict cache,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<SimilarCheck> similar,
        RawJson request,
        Usage usage,
        Optional<BigDecimal> costUsd,
        List<Attempt> attempts,
        StageTimings timings,
        Instant receivedAt,
        Instant endedAt,
        String traceparent) {
    public TurnFacts {
        attempts = List.copyOf(attempts);
    }

    /** The tokens of the calls that are to answer the request, without those of a judge. */
    public Usage answerUsage() {
        return attempts.stream().filter(Attempt::answers).map(Attempt::usage).reduce(Usage.NONE, Usage::plus);
    }
}
