package dev.parley.cache.answer;

import java.time.Duration;
import java.util.Optional;

/** Where answers are kept. */
public interface AnswerCache {
    /**
     * The answer kept under a key. What is there but is no answer of this key counts as nothing and is removed.
     *
     * @throws CacheUnavailableException if the store does not answer
     */
    Optional<Answer> find(AnswerKey key);

    /**
     * Keeps an answer in place of what was there.
     *
     * @param remaining for how long, at least a millisecond
     * @throws CacheUnavailableException if the store does not answer
     */
    void keep(AnswerKey key, Answer answer, Duration remaining);
}
