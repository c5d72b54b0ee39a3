package dev.parley.answercache;

import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where answers are kept. */
public interface AnswerCache {
    /**
     * The answer kept under a key. What is there but is no answer of this key, or comes from a conversation that has been
     * deleted since, counts as nothing and is removed.
     *
     * @throws CacheUnavailableException if the store does not answer, or nobody can tell what is deleted
     */
    Optional<Answer> find(AnswerKey key);

    /**
     * Keeps an answer in place of what was there.
     *
     * @param remaining for how long, at least a millisecond
     * @throws CacheUnavailableException if the store does not answer
     */
    void keep(AnswerKey key, Origin origin, Answer answer, Duration remaining);

    /**
     * Notes that a conversation was given the answer of this key, so that the two are forgotten together. To be done
     * before the answer is kept.
     *
     * @param remaining for how long the answer may be kept, at least a millisecond
     * @return false if the turn of the generation has been deleted since: its answer must not be kept
     * @throws CacheUnavailableException if the store does not answer
     */
    boolean note(ConversationKey conversation, GenerationId generation, AnswerKey key, Duration remaining);

    /**
     * Forgets the answers that a conversation was given, also where they were given in other conversations too, and
     * refuses those of generations that were made before.
     *
     * @param memory for how long it refuses them: longer than they may come and be kept
     * @throws CacheUnavailableException if the store does not answer
     */
    void forget(ConversationKey conversation, Instant deletedAt, Duration memory);
}
