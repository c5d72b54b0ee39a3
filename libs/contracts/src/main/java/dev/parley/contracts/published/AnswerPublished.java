package dev.parley.contracts.published;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import java.time.Instant;
import java.util.Optional;

/**
 * An answer is published, or replaces the answer to the same question. The events of the answer are in the header {@code
 * frames} of its record, gzipped.
 *
 * @param id the public id
 * @param version 1 for the first answer of the question, then one more for each that replaces it
 * @param generation the generation of the answer, in {@code conversation}
 * @param fingerprint of the request: identical requests of the tenant get this answer
 * @param text the text of the question
 * @param model the requested model
 * @param request the Messages API request, as on the log
 * @param message the answer, as a client without streaming receives it
 * @param key the API key that was used; empty for a key from the gateway's configuration
 * @param expiresAt from when on the answer is not served; empty for no end
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AnswerPublished(
        TenantId tenant,
        String collection,
        String slug,
        AnswerId id,
        long version,
        Audience audience,
        GenerationId generation,
        ConversationId conversation,
        Fingerprint fingerprint,
        String text,
        String model,
        RawJson request,
        RawJson message,
        Optional<KeyId> key,
        Optional<Instant> expiresAt,
        Instant at)
        implements PublishedEvent {
    @Override
    public QuestionKey question() {
        return new QuestionKey(tenant, collection, slug);
    }

    public boolean isCurrent(Instant now) {
        return expiresAt.filter(end -> !end.isAfter(now)).isEmpty();
    }
}
