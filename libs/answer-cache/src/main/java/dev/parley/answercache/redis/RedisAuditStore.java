package dev.parley.answercache.redis;

import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.AuditStore;
import dev.parley.answercache.QuestionPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.redisson.api.RBatch;
import org.redisson.api.RMap;
import org.redisson.api.RMapAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * What audits have found, in Redis: a hash for each partition, which expires some time after the last audit. A value of another
 * type or form is removed and counts as missing.
 */
public final class RedisAuditStore implements AuditStore {
    private static final String AUDITED = "audited";
    private static final String WRONG = "wrong";

    private final RedissonClient redis;
    private final Duration memory;

    /** A store that keeps the counts of a partition for this time after its last audit. */
    public RedisAuditStore(RedissonClient redis, Duration memory) {
        this.redis = redis;
        this.memory = memory;
    }

    @Override
    public AuditCounts count(QuestionPartition partition, boolean wrong) {
        return RedisClients.calling(() -> {
            // Removes a damaged value, which cannot be counted up.
            var _ = read(partition);
            RBatch batch = redis.createBatch();
            RMapAsync<String, String> counts = batch.getMap(key(partition), StringCodec.INSTANCE);
            var _ = counts.addAndGetAsync(AUDITED, 1);
            var _ = counts.addAndGetAsync(WRONG, wrong ? 1 : 0);
            var _ = counts.expireAsync(memory);
            batch.execute();
            return read(partition);
        });
    }

    @Override
    public AuditCounts counts(QuestionPartition partition) {
        return RedisClients.calling(() -> read(partition));
    }

    private AuditCounts read(QuestionPartition partition) {
        String key = key(partition);
        RMap<String, String> known = redis.getMap(key, StringCodec.INSTANCE);
        Map<String, String> counts =
                RedisClients.removingWrongType(redis, key, () -> known.getAll(Set.of(AUDITED, WRONG)));
        try {
            return new AuditCounts(
                    Long.parseLong(counts.getOrDefault(AUDITED, "0")), Long.parseLong(counts.getOrDefault(WRONG, "0")));
        } catch (NumberFormatException e) {
            RedisClients.removeDamaged(redis, key);
            return AuditCounts.NONE;
        }
    }

    private static String key(QuestionPartition partition) {
        return "parley:audit:v1:" + partition.name();
    }
}
