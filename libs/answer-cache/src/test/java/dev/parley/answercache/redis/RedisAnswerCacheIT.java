package dev.parley.answercache.redis;

import static dev.parley.answercache.Examples.answer;
import static dev.parley.answercache.Examples.key;
import static dev.parley.answercache.Examples.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerCacheContract;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Origin;
import dev.parley.contracts.id.GenerationId;
import dev.parley.localstack.LocalRedis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

class RedisAnswerCacheIT extends AnswerCacheContract {
    private static LocalRedis redis;
    private static RedissonClient client;

    @BeforeAll
    static void start() {
        redis = LocalRedis.start();
        client = connect();
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
    }

    private static RedissonClient connect() {
        return RedisClients.connect(
                new RedisSettings(redis.url(), "", Duration.ofMillis(500), Duration.ofMillis(500), 4),
                "test",
                ByteArrayCodec.INSTANCE);
    }

    @Override
    protected AnswerCache cache() {
        return new RedisAnswerCache(client, () -> DELETIONS, Clock.systemUTC());
    }

    @Override
    protected void plant(AnswerKey key, byte[] bytes) {
        client.<byte[]>getBucket(key.text(), ByteArrayCodec.INSTANCE).set(bytes);
    }

    @Override
    protected boolean holds(AnswerKey key) {
        return client.getKeys().countExists(key.text()) > 0;
    }

    @Override
    protected void pass(Duration duration) {
        // Redis uses its own clock, so the test waits.
    }

    @Test
    void removesAValueOfAnotherType() {
        AnswerKey key = key();
        client.<byte[]>getList(key.text(), ByteArrayCodec.INSTANCE).add(new byte[] {1});
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
    }

    @Test
    void replacesDamagedDataOfAConversation() {
        ConversationKey conversation = new ConversationKey(key().tenant(), origin().conversation());
        client.getBucket(conversation.answersText(), StringCodec.INSTANCE).set("not a set");
        client.getBucket(conversation.deletedText(), StringCodec.INSTANCE).set("not a number");
        AnswerKey key = key();
        assertThat(cache().note(conversation, origin().generation(), key, Duration.ofMinutes(5)))
                .isTrue();
        cache().keep(key, origin(), answer("Because."), Duration.ofMinutes(5));
        client.getKeys().delete(conversation.deletedText());
        client.getList(conversation.deletedText(), StringCodec.INSTANCE).add("not a string");
        assertThat(cache().note(conversation, origin().generation(), key, Duration.ofMinutes(5)))
                .isTrue();
        cache().forget(conversation, Instant.now().plusSeconds(1), Duration.ofMinutes(5));
        assertThat(holds(key)).isFalse();
    }

    @Test
    void deletesAConversationWithADamagedSet() {
        ConversationKey conversation = new ConversationKey(key().tenant(), origin().conversation());
        client.getBucket(conversation.answersText(), StringCodec.INSTANCE).set("not a set");
        cache().forget(conversation, Instant.now(), Duration.ofMinutes(5));
        assertThat(client.getKeys().countExists(conversation.answersText())).isZero();
    }

    @Test
    void removesADamagedKeyOfAGeneration() {
        GenerationId generation = origin().generation();
        String name = "parley:generation-answer:v1:" + generation.value();
        client.getBucket(name, StringCodec.INSTANCE).set("not a key");
        assertThat(cache().key(generation)).isEmpty();
        assertThat(client.getKeys().countExists(name)).isZero();
        client.getList(name, StringCodec.INSTANCE).add("not a string");
        assertThat(cache().key(generation)).isEmpty();
        assertThat(client.getKeys().countExists(name)).isZero();
    }

    @Test
    void showsWhatIsStoredOfAGeneration() {
        AnswerKey key = key();
        Origin origin = origin();
        assertThat(StoredAnswer.of(client, origin.generation(), Clock.systemUTC()))
                .isEmpty();
        cache().keep(key, origin, answer("Because."), Duration.ofMinutes(5));
        assertThat(StoredAnswer.of(client, origin.generation(), Clock.systemUTC()))
                .hasValueSatisfying(stored -> {
                    assertThat(stored.key()).isEqualTo(key);
                    assertThat(stored.answer())
                            .hasValueSatisfying(
                                    kept -> assertThat(kept.origin()).isEqualTo(origin));
                    assertThat(stored.expiresIn()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
                    assertThat(stored.question()).isEmpty();
                });
        cache().remove(key);
        assertThat(StoredAnswer.of(client, origin.generation(), Clock.systemUTC()))
                .hasValueSatisfying(stored -> assertThat(stored.answer()).isEmpty());
    }

    @Test
    void failsWhileRedisIsDownAndRecoversAfterwards() {
        AnswerKey key = key();
        cache().keep(key, origin(), answer("Because."), Duration.ofMinutes(5));
        redis.crash();
        assertThatThrownBy(() -> cache().find(key)).isInstanceOf(CacheUnavailableException.class);
        assertThatThrownBy(() -> cache().keep(key, origin(), answer("Because."), Duration.ofMinutes(5)))
                .isInstanceOf(CacheUnavailableException.class);
        redis.restart();
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(() -> {
            cache().keep(key, origin(), answer("Again."), Duration.ofMinutes(5));
            assertThat(cache().find(key)).isPresent();
        });
    }

    @Test
    void connectsWhenRedisStartsLater() {
        redis.crash();
        RedissonClient early = connect();
        try {
            AnswerCache cache = new RedisAnswerCache(early, () -> DELETIONS, Clock.systemUTC());
            assertThatThrownBy(() -> cache.find(key())).isInstanceOf(CacheUnavailableException.class);
            redis.restart();
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(cache.find(key())).isEmpty());
        } finally {
            early.shutdown();
            redis.restart();
        }
    }
}
