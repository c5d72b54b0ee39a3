package dev.parley.answercache.redis;

import dev.parley.answercache.Answer;
import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerCodec;
import dev.parley.answercache.AnswerCodec.Kept;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Origin;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.deletion.Deletions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBatch;
import org.redisson.api.RBucket;
import org.redisson.api.RScoredSortedSetAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps answers in Redis, each in a plain key that expires by itself; beside it, for each conversation that was given
 * some, a sorted set of their keys by when they expire.
 */
public final class RedisAnswerCache implements AnswerCache {
    private static final Logger LOG = LoggerFactory.getLogger(RedisAnswerCache.class);
    private static final String NOT_A_STRING = "WRONGTYPE";

    private final RedissonClient redis;
    private final AnswerCodec codec;
    private final Supplier<Deletions> deletions;
    private final Clock clock;

    /**
     * Makes a cache.
     *
     * @param deletions as of the moment of asking, whatever Redis has been told of them; blocks
     */
    public RedisAnswerCache(RedissonClient redis, AnswerCodec codec, Supplier<Deletions> deletions, Clock clock) {
        this.redis = redis;
        this.codec = codec;
        this.deletions = deletions;
        this.clock = clock;
    }

    @Override
    public Optional<Answer> find(AnswerKey key) {
        return asking(() -> {
            byte[] entry = read(key);
            if (entry == null) {
                return Optional.empty();
            }
            Optional<Kept> kept = codec.decode(key, entry);
            if (kept.isEmpty()) {
                LOG.warn("What Redis holds is no answer of its key: removed");
            }
            Optional<Answer> answer =
                    kept.filter(found -> !isDeleted(key, found.origin())).map(Kept::answer);
            if (answer.isEmpty()) {
                bucket(key).delete();
            }
            return answer;
        });
    }

    private boolean isDeleted(AnswerKey key, Origin origin) {
        return deletions.get().cover(key.tenant(), origin.conversation(), origin.generation());
    }

    @Override
    public void keep(AnswerKey key, Origin origin, Answer answer, Duration remaining) {
        byte[] entry = codec.encode(key, origin, answer);
        asking(() -> {
            bucket(key).set(entry, remaining);
            return Optional.empty();
        });
    }

    @Override
    public boolean note(ConversationKey conversation, GenerationId generation, AnswerKey key, Duration remaining) {
        return asking(() -> {
            String deletedAt = deletion(conversation).get();
            if (deletedAt != null
                    && ConversationDeleted.covers(Instant.ofEpochMilli(Long.parseLong(deletedAt)), generation)) {
                return false;
            }
            double now = (double) clock.millis();
            RBatch batch = redis.createBatch();
            RScoredSortedSetAsync<String> answers =
                    batch.getScoredSortedSet(conversation.answersText(), StringCodec.INSTANCE);
            var _ = answers.addIfGreaterAsync(now + (double) remaining.toMillis(), key.text());
            var _ = answers.removeRangeByScoreAsync(Double.NEGATIVE_INFINITY, true, now, true);
            var _ = answers.expireIfNotSetAsync(remaining);
            var _ = answers.expireIfGreaterAsync(remaining);
            batch.execute();
            return true;
        });
    }

    @Override
    public void forget(ConversationKey conversation, Instant deletedAt, Duration memory) {
        asking(() -> {
            deletion(conversation).set(Long.toString(deletedAt.toEpochMilli()), memory);
            String[] keys = redis.<String>getScoredSortedSet(conversation.answersText(), StringCodec.INSTANCE)
                    .readAll()
                    .toArray(String[]::new);
            if (keys.length > 0) {
                redis.getKeys().delete(keys);
            }
            return redis.getKeys().delete(conversation.answersText());
        });
    }

    private RBucket<String> deletion(ConversationKey conversation) {
        return redis.getBucket(conversation.deletedText(), StringCodec.INSTANCE);
    }

    private byte @Nullable [] read(AnswerKey key) {
        try {
            return bucket(key).get();
        } catch (RedisException e) {
            if (String.valueOf(e.getMessage()).startsWith(NOT_A_STRING)) {
                return new byte[0];
            }
            throw e;
        }
    }

    private RBucket<byte[]> bucket(AnswerKey key) {
        return redis.getBucket(key.text(), ByteArrayCodec.INSTANCE);
    }

    private static <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            // Redisson throws its own exceptions, and those of futures and of Netty.
            throw new CacheUnavailableException(e);
        }
    }
}
