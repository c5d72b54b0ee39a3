package dev.parley.answercache.redis;

import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.AuditStore;
import dev.parley.answercache.QuestionPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.redisson.api.RBatch;
import org.redisson.api.RMapAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** What audits have found, in Redis: a hash for each partition, which expires some time after the last audit. */
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
        Map<String, String> counts = redis.<String, String>getMap(key(partition), StringCodec.INSTANCE)
                .getAll(Set.of(AUDITED, WRONG));
        return new AuditCounts(
                Long.parseLong(counts.getOrDefault(AUDITED, "0")), Long.parseLong(counts.getOrDefault(WRONG, "0")));
    }

    private static String key(QuestionPartition partition) {
        return "parley:audit:v1:" + partition.name();
    }
}
