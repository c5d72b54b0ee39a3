package dev.parley.answercache;

import java.time.Duration;
import java.util.Optional;

/**
 * An answer that a conversation was given.
 *
 * @param key of the answer in the cache
 * @param origin the conversation, and the generation that was given the answer
 * @param answer to be stored; empty if it came from the cache, so that only the conversation is new
 * @param remaining time to live, at least a millisecond
 */
public record GivenAnswer(AnswerKey key, Origin origin, Optional<CachedAnswer> answer, Duration remaining) {
    public ConversationKey conversation() {
        return new ConversationKey(key.tenant(), origin.conversation());
    }
}
