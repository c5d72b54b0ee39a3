package dev.parley.answercache.redis;

import static java.util.stream.Collectors.toSet;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerCodec;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Origin;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBatch;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cached answers in Redis. Each answer is a string with an expiry; each conversation has a sorted set of the keys of its answers
 * by their expiry; each generation has a string with the key of its answer. A value of another type or form is removed and counts
 * as missing.
 */
public final class RedisAnswerCache implements AnswerCache {
    private static final Logger LOG = LoggerFactory.getLogger(RedisAnswerCache.class);
    private static final String SEPARATOR = "\n";

    /**
     * Hits, of all answers, for each that also counts as a use of the key that leads from the generation to the answer. A full Redis
     * evicts what was not used for longest: without it, an answer that is often reused could not be evicted by an operator.
     */
    private static final int HITS_PER_TOUCH = 8;

    private final AtomicInteger hits = new AtomicInteger();
    private final RedissonClient redis;
    private final Supplier<Deletions> deletions;
    private final LinkedKeys linked;

    /** A cache with the deletions that have to be known at the call, independent of Redis; the supplier may block. */
    public RedisAnswerCache(RedissonClient redis, Supplier<Deletions> deletions, Clock clock) {
        this.redis = redis;
        this.deletions = deletions;
        this.linked = new LinkedKeys(redis, clock);
    }

    @Override
    public Optional<CacheEntry> find(AnswerKey key) {
        return RedisClients.calling(() -> {
            byte[] entry = removingWrongType(key.redisKey(), () -> bucket(key).get());
            if (entry == null) {
                return Optional.empty();
            }
            Optional<CacheEntry> kept = AnswerCodec.decode(key, entry);
            if (kept.isEmpty()) {
                LOG.warn("Removed a damaged cache entry");
            }
            Optional<CacheEntry> answer = kept.filter(found -> !isDeleted(key, found.origin()));
            if (answer.isEmpty()) {
                bucket(key).delete();
            } else if (hits.incrementAndGet() % HITS_PER_TOUCH == 0) {
                var _ = redis.getKeys()
                        .touchAsync(generationKey(answer.get().origin().generation()));
            }
            return answer;
        });
    }

    private boolean isDeleted(AnswerKey key, Origin origin) {
        return deletions.get().cover(key.tenant(), origin.conversation(), origin.generation());
    }

    @Override
    public Set<GenerationId> deleted(List<CacheWrite> writes) {
        return RedisClients.calling(() -> {
            // A value of another type counts as none.
            Map<String, String> times = redis.getBuckets(StringCodec.INSTANCE)
                    .get(writes.stream()
                            .map(write -> write.conversation().deletedKey())
                            .distinct()
                            .toArray(String[]::new));
            return writes.stream()
                    .filter(write -> isDeleted(write, times))
                    .map(write -> write.origin().generation())
                    .collect(toSet());
        });
    }

    private boolean isDeleted(CacheWrite write, Map<String, String> times) {
        String key = write.conversation().deletedKey();
        String millis = times.get(key);
        try {
            return millis != null
                    && ConversationDeleted.covers(
                            Instant.ofEpochMilli(Long.parseLong(millis)),
                            write.origin().generation());
        } catch (NumberFormatException e) {
            RedisClients.removeDamaged(redis, key);
            return false;
        }
    }

    @Override
    public void put(List<CacheWrite> writes) {
        RedisClients.calling(() -> RedisClients.insteadOfWrongType(() -> write(writes), () -> {
            // The set of one of the conversations.
            writes.forEach(one -> removingWrongType(one.conversation().answersKey(), () -> write(List.of(one))));
            return true;
        }));
    }

    private boolean write(List<CacheWrite> writes) {
        RBatch batch = redis.createBatch();
        for (CacheWrite each : writes) {
            AnswerKey key = each.key();
            linked.link(batch, each.conversation(), key.redisKey(), each.remaining());
            each.answer().ifPresent(answer -> {
                var _ = batch.<byte[]>getBucket(key.redisKey(), ByteArrayCodec.INSTANCE)
                        .setAsync(AnswerCodec.encode(key, each.origin(), answer), each.remaining());
                var _ = batch.<String>getBucket(generationKey(each.origin().generation()), StringCodec.INSTANCE)
                        .setAsync(
                                key.tenant().value()
                                        + SEPARATOR
                                        + key.fingerprint().value(),
                                each.remaining());
            });
        }
        batch.execute();
        return true;
    }

    @Override
    public Optional<AnswerKey> key(GenerationId generation) {
        return RedisClients.calling(() -> {
            String name = generationKey(generation);
            String kept = removingWrongType(
                    name,
                    () -> redis.<String>getBucket(name, StringCodec.INSTANCE).get());
            try {
                return Optional.ofNullable(kept).map(RedisAnswerCache::key).filter(key -> isOf(key, generation));
            } catch (IllegalArgumentException e) {
                RedisClients.removeDamaged(redis, name);
                return Optional.empty();
            }
        });
    }

    private static AnswerKey key(String kept) {
        String[] parts = kept.split(SEPARATOR, 2);
        return new AnswerKey(new TenantId(parts[0]), new Fingerprint(parts.length == 2 ? parts[1] : ""));
    }

    /** Whether no other generation's answer is stored under a key. */
    private boolean isOf(AnswerKey key, GenerationId generation) {
        byte[] entry = removingWrongType(key.redisKey(), () -> bucket(key).get());
        return entry == null
                || AnswerCodec.decode(key, entry)
                        .map(kept -> kept.isOf(generation))
                        .orElse(true);
    }

    @Override
    public void remove(AnswerKey key) {
        RedisClients.calling(() -> bucket(key).delete());
    }

    /** The key of where the answer of a generation is stored. */
    private static String generationKey(GenerationId generation) {
        return "parley:generation-answer:v1:" + generation.value();
    }

    @Override
    public void removeConversation(ConversationKey conversation, Instant deletedAt, Duration memory) {
        RedisClients.calling(() -> {
            redis.<String>getBucket(conversation.deletedKey(), StringCodec.INSTANCE)
                    .set(Long.toString(deletedAt.toEpochMilli()), memory);
            linked.removeAll(conversation);
            return true;
        });
    }

    private <T extends @Nullable Object> T removingWrongType(String key, Supplier<T> command) {
        return RedisClients.removingWrongType(redis, key, command);
    }

    private RBucket<byte[]> bucket(AnswerKey key) {
        return redis.getBucket(key.redisKey(), ByteArrayCodec.INSTANCE);
    }
}
