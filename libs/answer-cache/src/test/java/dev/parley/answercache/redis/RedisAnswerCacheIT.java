package dev.parley.answercache.redis;

import static dev.parley.answercache.ExampleAnswers.answer;
import static dev.parley.answercache.ExampleAnswers.connect;
import static dev.parley.answercache.ExampleAnswers.key;
import static dev.parley.answercache.ExampleAnswers.origin;
import static dev.parley.testing.Events.NOON;
import static dev.parley.testing.Events.TENANT;
import static dev.parley.testing.Events.TRACEPARENT;
import static dev.parley.testing.Events.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerCodec;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.Origin;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.localstack.LocalRedis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

class RedisAnswerCacheIT {
    private static final Deletions DELETIONS = new Deletions();
    private static final Duration LONG = Duration.ofHours(1);

    private static LocalRedis redis;
    private static RedissonClient client;

    private final ConversationKey conversation = new ConversationKey(TENANT, ConversationId.next(Clock.systemUTC()));

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

    private AnswerCache cache() {
        return new RedisAnswerCache(client, () -> DELETIONS, Clock.systemUTC());
    }

    private boolean holds(AnswerKey key) {
        return client.getKeys().countExists(key.redisKey()) > 0;
    }

    private void put(AnswerKey key, Origin origin, CachedAnswer answer, Duration remaining) {
        cache().put(List.of(new CacheWrite(key, origin, Optional.of(answer), remaining)));
    }

    private static CacheWrite given(Origin origin) {
        return new CacheWrite(key(), origin, Optional.empty(), LONG);
    }

    @Test
    void findsAStoredAnswer() {
        AnswerKey key = key();
        CachedAnswer answer = answer("Because.");
        Origin origin = origin();
        put(key, origin, answer, LONG);
        assertThat(cache().find(key)).hasValueSatisfying(found -> {
            assertThat(found.origin()).isEqualTo(origin);
            assertThat(found.answer().message()).isEqualTo(answer.message());
            assertThat(found.answer().frames()).contains(answer.frames().orElseThrow());
            assertThat(found.answer().gzippedFrames()).isEqualTo(answer.gzippedFrames());
        });
    }

    @Test
    void findsNothingForAnotherFingerprintOrTenant() {
        AnswerKey key = key();
        put(key, origin(), answer("Because."), LONG);
        assertThat(cache().find(new AnswerKey(key.tenant(), fingerprint()))).isEmpty();
        assertThat(cache().find(new AnswerKey(new TenantId("other"), key.fingerprint())))
                .isEmpty();
    }

    @Test
    void keepsTheNewerAnswer() {
        AnswerKey key = key();
        Origin old = origin();
        Origin anew = origin();
        put(key, old, answer("Old."), LONG);
        put(key, anew, answer("New."), LONG);
        assertThat(cache().find(key)).hasValueSatisfying(found -> {
            assertThat(found.answer().frames()).contains(answer("New.").frames().orElseThrow());
            assertThat(found.isOf(anew.generation())).isTrue();
            assertThat(found.isOf(old.generation())).isFalse();
        });
    }

    @Test
    void expiresAnswers() {
        AnswerKey key = key();
        put(key, origin(), answer("Because."), Duration.ofMillis(100));
        await().untilAsserted(() -> assertThat(cache().find(key)).isEmpty());
    }

    @Test
    void removesADamagedEntry() {
        AnswerKey key = key();
        byte[] entry = AnswerCodec.encode(key, origin(), answer("Because."));
        entry[entry.length / 2] ^= 1;
        client.<byte[]>getBucket(key.redisKey(), ByteArrayCodec.INSTANCE).set(entry);
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
    }

    @Test
    void deletesOnlyTheAnswersOfADeletedConversation() {
        AnswerKey key = key();
        AnswerKey other = key();
        put(key, new Origin(conversation.conversation(), generation(NOON)), answer("Because."), LONG);
        put(other, new Origin(ConversationId.next(Clock.systemUTC()), generation(NOON)), answer("Because."), LONG);
        cache().removeConversation(conversation, NOON, LONG);
        assertThat(cache().find(key)).isEmpty();
        assertThat(cache().find(other)).isPresent();
        cache().removeConversation(conversation, NOON, LONG);
    }

    @Test
    void rejectsAnswersOfGenerationsUpToTheDeletionAndAcceptsLaterOnes() {
        cache().removeConversation(conversation, NOON, LONG);
        CacheWrite before = given(new Origin(conversation.conversation(), generation(NOON)));
        CacheWrite after = given(new Origin(conversation.conversation(), generation(NOON.plusMillis(1))));
        CacheWrite elsewhere = given(origin());
        assertThat(cache().deleted(List.of(before, after, elsewhere)))
                .containsExactly(before.origin().generation());
    }

    @Test
    void doesNotFindAnUnremovedAnswerOfADeletedConversation() {
        AnswerKey key = key();
        AnswerKey later = key();
        Origin origin = new Origin(conversation.conversation(), generation(NOON));
        put(key, origin, answer("Because."), LONG);
        put(later, new Origin(conversation.conversation(), generation(NOON.plusMillis(1))), answer("Anew."), LONG);
        DELETIONS.add(new ConversationDeleted(
                RequestId.next(Clock.systemUTC()), TENANT, conversation.conversation(), NOON, TRACEPARENT));
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
        assertThat(cache().find(later)).isPresent();
    }

    @Test
    void removesTheAnswerOfAGeneration() {
        AnswerKey key = key();
        Origin origin = new Origin(conversation.conversation(), generation(NOON));
        assertThat(cache().key(origin.generation())).isEmpty();
        put(key, origin, answer("Because."), LONG);

        assertThat(cache().key(origin.generation())).contains(key);
        cache().remove(key);

        assertThat(cache().find(key)).isEmpty();
        assertThat(cache().key(origin.generation())).contains(key);
    }

    @Test
    void countsHitsAsUsesOfTheKeyOfTheirGeneration() {
        AnswerKey key = key();
        Origin origin = origin();
        put(key, origin, answer("Because."), LONG);
        RBucket<String> leading = client.getBucket(
                "parley:generation-answer:v1:" + origin.generation().value(), StringCodec.INSTANCE);
        await().until(() -> leading.getIdleTime() > 0);
        AnswerCache cache = cache();
        await().until(() -> {
            for (int i = 0; i < 8; i++) {
                assertThat(cache.find(key)).isPresent();
            }
            return leading.getIdleTime() == 0;
        });
    }

    @Test
    void knowsNoKeyOfAGenerationWhoseAnswerWasReplaced() {
        AnswerKey key = key();
        Origin old = new Origin(conversation.conversation(), generation(NOON));
        Origin later = new Origin(conversation.conversation(), generation(NOON.plusMillis(1)));
        put(key, old, answer("Old."), LONG);
        put(key, later, answer("New."), LONG);

        assertThat(cache().key(old.generation())).isEmpty();
        assertThat(cache().key(later.generation())).contains(key);
    }

    @Test
    void storesAnswersInOrderAndLinksThoseOfTheCache() {
        AnswerKey key = key();
        Origin old = origin();
        Origin anew = origin();
        Origin reader = origin();
        cache().put(List.of(
                new CacheWrite(key, old, Optional.of(answer("Old.")), LONG),
                new CacheWrite(key, anew, Optional.of(answer("New.")), LONG),
                new CacheWrite(key, reader, Optional.empty(), LONG)));
        assertThat(cache().find(key))
                .hasValueSatisfying(found -> assertThat(found.origin()).isEqualTo(anew));
        cache().removeConversation(new ConversationKey(TENANT, reader.conversation()), NOON, LONG);
        assertThat(holds(key)).isFalse();
    }

    @Test
    void removesAValueOfAnotherType() {
        AnswerKey key = key();
        client.<byte[]>getList(key.redisKey(), ByteArrayCodec.INSTANCE).add(new byte[] {1});
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
    }

    @Test
    void replacesDamagedDataOfAConversation() {
        ConversationKey damaged = new ConversationKey(TENANT, origin().conversation());
        client.getBucket(damaged.answersKey(), StringCodec.INSTANCE).set("not a set");
        client.getBucket(damaged.deletedKey(), StringCodec.INSTANCE).set("not a number");
        AnswerKey key = key();
        AnswerKey other = key();
        Origin origin = new Origin(damaged.conversation(), origin().generation());
        CacheWrite given = new CacheWrite(key, origin, Optional.of(answer("Because.")), LONG);
        assertThat(cache().deleted(List.of(given))).isEmpty();
        cache().put(List.of(given, new CacheWrite(other, origin(), Optional.of(answer("Because.")), LONG)));
        assertThat(holds(key)).isTrue();
        assertThat(holds(other)).isTrue();

        client.getKeys().delete(damaged.deletedKey());
        client.getList(damaged.deletedKey(), StringCodec.INSTANCE).add("not a string");
        assertThat(cache().deleted(List.of(given))).isEmpty();
        cache().removeConversation(damaged, NOON, LONG);
        assertThat(holds(key)).isFalse();
        assertThat(cache().deleted(List.of(given))).isNotEmpty();
    }

    @Test
    void deletesAConversationWithADamagedSet() {
        ConversationKey conversation = new ConversationKey(key().tenant(), origin().conversation());
        client.getBucket(conversation.answersKey(), StringCodec.INSTANCE).set("not a set");
        cache().removeConversation(conversation, Instant.now(), Duration.ofMinutes(5));
        assertThat(client.getKeys().countExists(conversation.answersKey())).isZero();
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
        assertThat(CacheInspection.of(client, origin.generation(), Clock.systemUTC()))
                .isEmpty();
        put(key, origin, answer("Because."), Duration.ofMinutes(5));
        assertThat(CacheInspection.of(client, origin.generation(), Clock.systemUTC()))
                .hasValueSatisfying(stored -> {
                    assertThat(stored.key()).isEqualTo(key);
                    assertThat(stored.answer())
                            .hasValueSatisfying(
                                    kept -> assertThat(kept.origin()).isEqualTo(origin));
                    assertThat(stored.expiresIn()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
                    assertThat(stored.question()).isEmpty();
                });
        cache().remove(key);
        assertThat(CacheInspection.of(client, origin.generation(), Clock.systemUTC()))
                .hasValueSatisfying(stored -> assertThat(stored.answer()).isEmpty());
    }

    @Test
    void failsWhileRedisIsDownAndRecoversAfterwards() {
        AnswerKey key = key();
        put(key, origin(), answer("Because."), Duration.ofMinutes(5));
        redis.crash();
        assertThatThrownBy(() -> cache().find(key)).isInstanceOf(CacheUnavailableException.class);
        assertThatThrownBy(() -> put(key, origin(), answer("Because."), Duration.ofMinutes(5)))
                .isInstanceOf(CacheUnavailableException.class);
        redis.restart();
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(() -> {
            put(key, origin(), answer("Again."), Duration.ofMinutes(5));
            assertThat(cache().find(key)).isPresent();
        });
    }

    @Test
    void connectsWhenRedisStartsLater() {
        redis.crash();
        RedissonClient early = connect(redis);
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

    private static GenerationId generation(Instant madeAt) {
        return GenerationId.unsigned(Clock.fixed(madeAt, ZoneOffset.UTC), 0);
    }
}
