package dev.parley.answercache.redis;

import dev.parley.answercache.ConversationKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import org.redisson.api.RBatch;
import org.redisson.api.RScoredSortedSetAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** The keys that are removed with a conversation: a sorted set of them for each, by their expiry. */
final class LinkedKeys {
    private final RedissonClient redis;
    private final Clock clock;

    LinkedKeys(RedissonClient redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    /** Has a key with this time to live removed with a conversation. To be called before the key is written. */
    void link(ConversationKey conversation, String key, Duration remaining) {
        RedisClients.removingWrongType(redis, conversation.answersKey(), () -> {
            RBatch batch = redis.createBatch();
            link(batch, conversation, key, remaining);
            return batch.execute();
        });
    }

    /** The same with the commands of a batch, which fails if the value has another type. */
    void link(RBatch batch, ConversationKey conversation, String key, Duration remaining) {
        double now = (double) clock.millis();
        RScoredSortedSetAsync<String> keys = batch.getScoredSortedSet(conversation.answersKey(), StringCodec.INSTANCE);
        var _ = keys.addIfGreaterAsync(now + (double) remaining.toMillis(), key);
        var _ = keys.removeRangeByScoreAsync(Double.NEGATIVE_INFINITY, true, now, true);
        RedisClients.keepAtLeast(keys, remaining);
    }

    void removeAll(ConversationKey conversation) {
        Collection<String> keys = RedisClients.removingWrongType(
                redis,
                conversation.answersKey(),
                () -> redis.<String>getScoredSortedSet(conversation.answersKey(), StringCodec.INSTANCE)
                        .readAll());
        if (!keys.isEmpty()) {
            redis.getKeys().delete(keys.toArray(String[]::new));
        }
        redis.getKeys().delete(conversation.answersKey());
    }
}
