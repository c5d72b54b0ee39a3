package dev.parley.answercache.redis;

import dev.parley.answercache.AnswerCodec;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheEntry;
import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.deletion.Deletions;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * What is cached of a generation, for operators.
 *
 * @param answer empty if it was removed, has expired, or is damaged
 * @param expiresIn zero if there is no answer
 * @param question that similar questions are compared with; empty if none is stored
 */
public record CacheInspection(
        AnswerKey key, Optional<CacheEntry> answer, Duration expiresIn, Optional<String> question) {
    /** Another status than that of wrong usage, 2. */
    private static final int UNREADABLE = 3;

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    private static final Duration COMMAND_WITHIN = Duration.ofSeconds(3);

    /** Of stored questions, which are not written here. */
    private static final int PARTITION_MAX = 1;

    /**
     * Reads it, and removes damaged values as the services do. Deletions that Redis has not followed yet are not considered.
     *
     * @return empty if no answer was stored for the generation, or the answer of another one has taken its place
     * @throws RuntimeException if Redis does not respond
     */
    public static Optional<CacheInspection> of(RedissonClient redis, GenerationId generation, Clock clock) {
        RedisQuestionStore questions = new RedisQuestionStore(redis, PARTITION_MAX, clock);
        return new RedisAnswerCache(redis, CacheInspection::noDeletions, clock)
                .key(generation)
                .map(key -> {
                    RBucket<byte[]> entry = redis.getBucket(key.redisKey(), ByteArrayCodec.INSTANCE);
                    return new CacheInspection(
                            key,
                            Optional.ofNullable(entry.get()).flatMap(bytes -> AnswerCodec.decode(key, bytes)),
                            Duration.ofMillis(Math.max(0, entry.remainTimeToLive())),
                            questions.text(key));
                });
    }

    private static Deletions noDeletions() {
        throw new IllegalStateException("a key is found without deletions");
    }

    /**
     * The command for operators, {@code CacheInspection GENERATION}, with {@code PARLEY_REDIS_URL} and, if needed,
     * {@code PARLEY_REDIS_CA_FILE} in the environment. Ends with status 1 if nothing is cached, and with 3 if Redis cannot be
     * read.
     */
    public static void main(String[] arguments) {
        System.exit(run(System.getenv(), new GenerationId(arguments[0]), System.out, System.err));
    }

    static int run(Map<String, String> environment, GenerationId generation, PrintStream out, PrintStream err) {
        RedisSettings settings = new RedisSettings(
                environment.getOrDefault("PARLEY_REDIS_URL", ""),
                environment.getOrDefault("PARLEY_REDIS_CA_FILE", ""),
                CONNECT_WITHIN,
                COMMAND_WITHIN,
                1);
        try {
            RedissonClient redis = RedisClients.connect(settings, "parley-cache-show", ByteArrayCodec.INSTANCE);
            try {
                Optional<CacheInspection> found = of(redis, generation, Clock.systemUTC());
                found.ifPresentOrElse(stored -> stored.print(out), () -> out.println("Nothing is cached."));
                return found.flatMap(CacheInspection::answer).isPresent() ? 0 : 1;
            } finally {
                redis.shutdown();
            }
        } catch (RuntimeException e) {
            // Redisson throws its own exceptions, and those of futures and of Netty.
            err.println(settings + " cannot be read: " + (e.getCause() == null ? e : e.getCause()));
            return UNREADABLE;
        }
    }

    private void print(PrintStream out) {
        out.printf("tenant        %s%n", key.tenant().value());
        out.printf("fingerprint   %s%n", key.fingerprint().value());
        answer.ifPresentOrElse(
                kept -> {
                    out.printf(
                            "conversation  %s%n", kept.origin().conversation().value());
                    out.printf(
                            "answer        %,d bytes, expires in %d min%n",
                            kept.answer().keptBytes(), expiresIn.toMinutes());
                },
                () -> out.println("answer        removed, expired or damaged"));
        out.printf("question      %s%n", question.orElse("not stored, so no similar question gets the answer"));
    }
}
