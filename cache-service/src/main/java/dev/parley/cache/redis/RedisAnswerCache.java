package dev.parley.cache.redis;

import dev.parley.cache.answer.Answer;
import dev.parley.cache.answer.AnswerCache;
import dev.parley.cache.answer.AnswerCodec;
import dev.parley.cache.answer.AnswerKey;
import dev.parley.cache.answer.CacheUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps answers in Redis, each in a plain key that expires by itself. */
public final class RedisAnswerCache implements AnswerCache {
    private static final Logger LOG = LoggerFactory.getLogger(RedisAnswerCache.class);
    private static final String NOT_A_STRING = "WRONGTYPE";

    private final RedissonClient redis;
    private final AnswerCodec codec;

    public RedisAnswerCache(RedissonClient redis, AnswerCodec codec) {
        this.redis = redis;
        this.codec = codec;
    }

    @Override
    public Optional<Answer> find(AnswerKey key) {
        return asking(() -> {
            byte[] entry = read(key);
            if (entry == null) {
                return Optional.empty();
            }
            Optional<Answer> answer = codec.decode(key, entry);
            if (answer.isEmpty()) {
                LOG.warn("What Redis holds is no answer of its key: removed");
                bucket(key).delete();
            }
            return answer;
        });
    }

    @Override
    public void keep(AnswerKey key, Answer answer, Duration remaining) {
        byte[] entry = codec.encode(key, answer);
        asking(() -> {
            bucket(key).set(entry, remaining);
            return Optional.empty();
        });
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

    private static Optional<Answer> asking(Supplier<Optional<Answer>> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            // Redisson throws its own exceptions, and those of futures and of Netty.
            throw new CacheUnavailableException(e);
        }
    }
}
