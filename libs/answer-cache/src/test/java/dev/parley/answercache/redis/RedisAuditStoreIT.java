package dev.parley.answercache.redis;

import static dev.parley.answercache.ExampleAnswers.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AuditCounts;
import dev.parley.answercache.QuestionPartition;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.localstack.LocalRedis;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

class RedisAuditStoreIT {
    private static final QuestionPartition PARTITION =
            new QuestionPartition(new TenantId("acme"), new Fingerprint("1".repeat(64)), "m");
    private static LocalRedis redis;
    private static RedissonClient client;

    @BeforeAll
    static void start() {
        redis = LocalRedis.start();
        client = connect(redis);
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
    }

    @Test
    void countsForAllReplicasUntilTheCountsExpire() {
        // Longer than the calls until then take on a busy machine.
        Duration life = Duration.ofSeconds(4);
        RedisAuditStore one = new RedisAuditStore(client, life);
        RedisAuditStore other = new RedisAuditStore(client, life);
        assertThat(one.counts(PARTITION)).isEqualTo(AuditCounts.NONE);

        assertThat(one.count(PARTITION, false)).isEqualTo(new AuditCounts(1, 0));
        assertThat(other.count(PARTITION, true)).isEqualTo(new AuditCounts(2, 1));

        assertThat(one.counts(PARTITION)).isEqualTo(new AuditCounts(2, 1));
        assertThat(one.counts(new QuestionPartition(new TenantId("globex"), PARTITION.same(), PARTITION.model())))
                .isEqualTo(AuditCounts.NONE);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(other.counts(PARTITION)).isEqualTo(AuditCounts.NONE));
    }

    @Test
    void removesCountsOfAnotherTypeOrForm() {
        RedisAuditStore store = new RedisAuditStore(client, Duration.ofMinutes(1));
        List<Consumer<String>> damages = List.of(
                key -> client.getBucket(key, StringCodec.INSTANCE).set("not a hash"),
                key -> client.getMap(key, StringCodec.INSTANCE).put("wrong", "x"),
                key -> client.getMap(key, StringCodec.INSTANCE).put("audited", "1.5"));
        QuestionPartition damaged = new QuestionPartition(PARTITION.tenant(), PARTITION.same(), "damaged");
        String key = "parley:audit:v1:" + damaged.name();
        damages.forEach(damage -> {
            damage.accept(key);
            assertThat(store.counts(damaged)).isEqualTo(AuditCounts.NONE);

            client.getKeys().delete(key);
            damage.accept(key);
            assertThat(store.count(damaged, true)).isEqualTo(new AuditCounts(1, 1));
            client.getKeys().delete(key);
        });
    }
}
