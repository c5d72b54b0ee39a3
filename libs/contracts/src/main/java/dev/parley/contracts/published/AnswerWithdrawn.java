package dev.parley.contracts.published;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * A published answer is no longer served.
 *
 * @param key the API key that was used; empty for a key from the gateway's configuration
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AnswerWithdrawn(
        TenantId tenant, String collection, String slug, Reason reason, Optional<KeyId> key, Instant at)
        implements PublishedEvent {
    public enum Reason implements TextEnum {
        /** A client has withdrawn it, or has given it an end that is past. */
        REQUESTED,
        /** Its conversation was deleted. */
        DELETED
    }

    public AnswerWithdrawn(QuestionKey question, Reason reason, Optional<KeyId> key, Instant at) {
        this(question.tenant(), question.collection(), question.slug(), reason, key, at);
    }

    @Override
    public QuestionKey question() {
        return new QuestionKey(tenant, collection, slug);
    }
}
