package dev.parley.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheWrite;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Origin;
import dev.parley.answercache.redis.RedisAnswerCache;
import dev.parley.answercache.redis.RedisClients;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.LogEnd;
import dev.parley.eventlog.Moment;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.localstack.LocalRedis;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/** The cache of answers as the service has it, with a real Redis. */
class DeletedAnswerIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Test
    void isNotReusedByAReplicaThatHasNotReadADeletion() {
        FoldedTopic<Deletions> lagging = new FoldedTopic<>(
                Topics.DELETIONS,
                () -> new MockConsumer<>("earliest"),
                new LogEnd(() -> CompletableFuture.completedFuture(1L), () -> {}),
                Duration.ofMillis(1),
                new Deletions(),
                Moment::now);
        AnswerKey key = new AnswerKey(Events.TENANT, Events.FINGERPRINT);
        Origin origin = new Origin(ConversationId.next(Clock.systemUTC()), GenerationId.unsigned(Clock.systemUTC(), 0));
        byte[] frames = "data: {}\n\n".getBytes(UTF_8);
        CachedAnswer answer = new CachedAnswer("{}".getBytes(UTF_8), Gzip.pack(frames));
        try (LocalRedis redis = LocalRedis.start()) {
            RedissonClient client = RedisClients.connect(
                    new RedisSettings(redis.url(), "", TIMEOUT, TIMEOUT, 1), "test", ByteArrayCodec.INSTANCE);
            AnswerCache cache = new InferenceConfiguration().answerCache(client, lagging, Clock.systemUTC());
            cache.put(List.of(new CacheWrite(key, origin, Optional.of(answer), Duration.ofHours(1))));
            assertThat(new RedisAnswerCache(client, Deletions::new, Clock.systemUTC()).find(key))
                    .isPresent();
            assertThatThrownBy(() -> cache.find(key)).hasRootCauseInstanceOf(TimeoutException.class);
            client.shutdown();
        }
    }
}
