package dev.parley.gateway.web.published;

import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.Audience;
import java.time.Instant;
import java.util.Optional;

/**
 * How an answer is published.
 *
 * @param expiresAt from when on it is not served; empty for no end
 */
record PublicationOptions(Audience audience, Optional<Instant> expiresAt) {
    /** As another answer to the question was published. */
    static PublicationOptions of(AnswerPublished before) {
        return new PublicationOptions(before.audience(), before.expiresAt());
    }
}
