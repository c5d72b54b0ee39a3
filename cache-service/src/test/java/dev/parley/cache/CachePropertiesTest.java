package dev.parley.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cache.answer.AnswerSettings;
import dev.parley.cache.kafka.KafkaSettings;
import dev.parley.cache.lookup.LookupSettings;
import dev.parley.cache.redis.RedisSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class CachePropertiesTest {
    @EnableConfigurationProperties(CacheProperties.class)
    static class Bound {}

    @Test
    void hasTheseDefaults() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(context.getBean(CacheProperties.class))
                        .isEqualTo(new CacheProperties(
                                new KafkaSettings(
                                        "127.0.0.1:9092",
                                        Duration.ofSeconds(6),
                                        Duration.ofMillis(100),
                                        100,
                                        256,
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(200),
                                        256,
                                        DataSize.ofKilobytes(512)),
                                new AnswerSettings(Duration.ofHours(1), 1_048_576, 16_777_216),
                                new LookupSettings(
                                        Duration.ofMillis(50),
                                        64,
                                        20,
                                        5,
                                        50,
                                        Duration.ofMillis(25),
                                        80,
                                        Duration.ofSeconds(1),
                                        2),
                                new RedisSettings(
                                        "redis://127.0.0.1:6390",
                                        Duration.ofMillis(500),
                                        Duration.ofMillis(500),
                                        16))));
    }
}
