package dev.parley.answercache;

import java.time.Duration;
import java.util.Optional;

/**
 * What is written for a turn: its answer, if that is new, and the link by which it is removed with the conversation.
 *
 * @param key of the answer in the cache
 * @param origin the conversation, and the generation that was given the answer
 * @param answer to be stored; empty if it came from the cache, so that only the conversation is new
 * @param remaining time to live, at least a millisecond
 */
public record CacheWrite(AnswerKey key, Origin origin, Optional<CachedAnswer> answer, Duration remaining) {
    public ConversationKey conversation() {
        return new ConversationKey(key.tenant(), origin.conversation());
    }
}
