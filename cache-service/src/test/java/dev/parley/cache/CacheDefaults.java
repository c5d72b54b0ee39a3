package dev.parley.cache;

import dev.parley.cache.answer.AnswerSettings;
import dev.parley.cache.kafka.KafkaSettings;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Settings for tests that need some: the defaults, with short pauses. */
public final class CacheDefaults {
    private CacheDefaults() {}

    public static KafkaSettings kafka() {
        return new KafkaSettings(
                "127.0.0.1:9",
                Duration.ofSeconds(6),
                Duration.ofMillis(100),
                100,
                256,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofMillis(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                Duration.ofMillis(5),
                256,
                DataSize.ofKilobytes(512));
    }

    public static AnswerSettings answers() {
        return new AnswerSettings(Duration.ofHours(1), 1_048_576, 16_777_216);
    }
}
