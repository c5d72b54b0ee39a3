package dev.parley.cache.answer;

import dev.parley.contracts.topic.Topics;
import java.time.Duration;

/**
 * Which answers are cached, and for how long.
 *
 * @param ttl of an answer after its end; at most the retention of {@code chat.deletions}, because an answer whose conversation Redis
 *     has evicted is kept from being served again by its deletion on that topic only
 * @param keptBytesMax the largest cached answer: its message and its gzipped frames, in bytes
 * @param questionsMax the questions of a partition that similar ones are compared with; the oldest are dropped
 */
public record CachingSettings(Duration ttl, int keptBytesMax, int questionsMax) {
    public CachingSettings {
        Duration ttlMax = Topics.DELETIONS.retention();
        if (!ttl.isPositive() || ttl.compareTo(ttlMax) > 0) {
            throw new IllegalArgumentException("answers.ttl is " + ttl + ", allowed are up to " + ttlMax);
        }
    }
}
