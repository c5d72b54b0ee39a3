package dev.parley.answercache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.answercache.redis.RedisClients;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.localstack.LocalRedis;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/** Answers and keys for tests, with random ids. */
public final class ExampleAnswers {
    private ExampleAnswers() {}

    public static AnswerKey key() {
        return new AnswerKey(Events.TENANT, Events.fingerprint());
    }

    public static CachedAnswer answer(String text) {
        byte[] frames = ("event: content_block_delta\ndata: {\"text\":\"" + text + "\"}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
                .getBytes(UTF_8);
        byte[] message = ("{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                        + "\"}],\"stop_reason\":\"end_turn\"}")
                .getBytes(UTF_8);
        return new CachedAnswer(message, Gzip.pack(frames));
    }

    /** A client of a server, which gives up early. */
    public static RedissonClient connect(LocalRedis redis) {
        Duration timeout = Duration.ofMillis(500);
        return RedisClients.connect(
                new RedisSettings(redis.url(), "", timeout, timeout, 4), "test", ByteArrayCodec.INSTANCE);
    }

    /** A generation of an arbitrary conversation, created a day before {@link Events#NOON}. */
    public static Origin origin() {
        return new Origin(
                ConversationId.next(Clock.systemUTC()),
                GenerationId.unsigned(Clock.fixed(Events.NOON.minus(Duration.ofDays(1)), ZoneOffset.UTC), 0));
    }
}
