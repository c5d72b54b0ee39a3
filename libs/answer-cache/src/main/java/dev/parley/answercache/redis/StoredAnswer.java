package dev.parley.answercache.redis;

import dev.parley.answercache.AnswerCodec;
import dev.parley.answercache.AnswerCodec.Kept;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheUnavailableException;
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
 * @param answer empty if it was removed or has expired
 * @param expiresIn zero if there is no answer
 * @param question that similar questions are compared with; empty if none is stored
 */
public record StoredAnswer(AnswerKey key, Optional<Kept> answer, Duration expiresIn, Optional<String> question) {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    private static final Duration COMMAND_WITHIN = Duration.ofSeconds(3);

    /** Of stored questions, which are not written here. */
    private static final int PARTITION_MAX = 1;

    /**
     * Reads it. Deletions that Redis has not followed yet are not considered.
     *
     * @return empty if no answer was stored for the generation, or the answer of another one has taken its place
     * @throws CacheUnavailableException if Redis does not respond
     */
    public static Optional<StoredAnswer> of(RedissonClient redis, GenerationId generation, Clock clock) {
        AnswerCodec codec = new AnswerCodec(AnswerCodec.FRAMES_BYTES_MAX);
        RedisQuestionStore questions = new RedisQuestionStore(redis, PARTITION_MAX, clock);
        return new RedisAnswerCache(redis, codec, StoredAnswer::noDeletions, clock)
                .key(generation)
                .map(key -> {
                    RBucket<byte[]> entry = redis.getBucket(key.text(), ByteArrayCodec.INSTANCE);
                    return new StoredAnswer(
                            key,
                            Optional.ofNullable(entry.get()).flatMap(bytes -> codec.decode(key, bytes)),
                            Duration.ofMillis(Math.max(0, entry.remainTimeToLive())),
                            questions.text(key));
                });
    }

    private static Deletions noDeletions() {
        throw new IllegalStateException("a key is found without deletions");
    }

    /**
     * The command for operators, {@code StoredAnswer GENERATION}, with {@code PARLEY_REDIS_URL} and, if needed,
     * {@code PARLEY_REDIS_CA_FILE} in the environment. Ends with status 1 if nothing is cached, and with 2 if Redis does not
     * respond.
     */
    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        RedisSettings settings = new RedisSettings(
                environment.getOrDefault("PARLEY_REDIS_URL", ""),
                environment.getOrDefault("PARLEY_REDIS_CA_FILE", ""),
                CONNECT_WITHIN,
                COMMAND_WITHIN,
                1);
        RedissonClient redis = RedisClients.connect(settings, "parley-cache-show", ByteArrayCodec.INSTANCE);
        int status;
        try {
            Optional<StoredAnswer> found = of(redis, new GenerationId(arguments[0]), Clock.systemUTC());
            found.ifPresentOrElse(stored -> stored.print(System.out), () -> System.out.println("Nothing is cached."));
            status = found.isPresent() ? 0 : 1;
        } catch (CacheUnavailableException e) {
            System.err.println(settings + " does not respond: " + e.getCause());
            status = 2;
        } finally {
            redis.shutdown();
        }
        System.exit(status);
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
                () -> out.println("answer        removed"));
        out.printf("question      %s%n", question.orElse("not stored, so no similar question gets the answer"));
    }
}
