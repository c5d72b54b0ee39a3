package dev.parley.answercache;

import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The store of cached answers. It throws a {@link CacheUnavailableException} if it does not respond. */
public interface AnswerCache {
    /**
     * The answer of a key. A damaged entry, or one from a conversation that has been deleted since, is removed and not returned.
     *
     * @throws CacheUnavailableException also if the deletions cannot be read
     */
    Optional<KeptAnswer> find(AnswerKey key);

    /** Stores an answer, in place of an earlier one, with a time to live of at least a millisecond. */
    void keep(AnswerKey key, Origin origin, CachedAnswer answer, Duration remaining);

    /**
     * Links the answer of a key to a conversation, so that it is removed with the conversation. To be called before the answer is
     * stored.
     *
     * @param remaining time to live of the answer, at least a millisecond
     * @return false if the turn of the generation has been deleted: its answer must not be stored
     */
    boolean note(ConversationKey conversation, GenerationId generation, AnswerKey key, Duration remaining);

    /**
     * Removes the answers of a conversation, also those that are linked to other conversations too, and rejects answers of
     * generations from before the deletion.
     *
     * @param memory for which it rejects them: longer than their turns may be delayed and their time to live
     */
    void forget(ConversationKey conversation, Instant deletedAt, Duration memory);

    /**
     * The key of the answer that was stored for a generation; also if it was removed since. Empty if none was, its time to live is
     * over, or the answer of another generation has taken its place.
     */
    Optional<AnswerKey> key(GenerationId generation);

    void remove(AnswerKey key);
}
