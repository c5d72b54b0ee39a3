package dev.parley.answercache;

import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The store of cached answers. It throws a {@link CacheUnavailableException} if it does not respond. */
public interface AnswerCache {
    /**
     * The answer of a key. A damaged entry, or one from a conversation that has been deleted since, is removed and not returned.
     *
     * @throws CacheUnavailableException also if the deletions cannot be read
     */
    Optional<CacheEntry> find(AnswerKey key);

    /** The generations whose turns have been deleted since they were given these answers, which must not be stored. */
    Set<GenerationId> deleted(List<CacheWrite> writes);

    /**
     * Stores answers in this order, each in place of an earlier one of its key. First links each to its conversation, so that it is
     * removed with that.
     */
    void put(List<CacheWrite> writes);

    /**
     * Removes the answers of a conversation, also those that are linked to other conversations too, and rejects answers of
     * generations from before the deletion.
     *
     * @param memory for which it rejects them: longer than their turns may be delayed and their time to live
     */
    void removeConversation(ConversationKey conversation, Instant deletedAt, Duration memory);

    /**
     * The key of the answer that was stored for a generation; also if it was removed since. Empty if none was, its time to live is
     * over, or the answer of another generation has taken its place.
     */
    Optional<AnswerKey> key(GenerationId generation);

    void remove(AnswerKey key);
}
