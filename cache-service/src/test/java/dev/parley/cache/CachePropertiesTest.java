package dev.parley.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.redis.RedisSettings;
import dev.parley.cache.answer.CachingSettings;
import dev.parley.cache.edge.EdgeSettings;
import dev.parley.cache.kafka.KafkaSettings;
import dev.parley.eventlog.trace.TraceSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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
                                        Duration.ofSeconds(1),
                                        100,
                                        Duration.ofSeconds(1)),
                                new CachingSettings(Duration.ofHours(1), 1_048_576, 10_000),
                                new RedisSettings(
                                        "redis://127.0.0.1:6390",
                                        "",
                                        Duration.ofMillis(500),
                                        Duration.ofMillis(500),
                                        16),
                                new EdgeSettings(
                                        EdgeSettings.Kind.NONE,
                                        List.of(),
                                        "",
                                        URI.create("https://cloudfront.amazonaws.com"),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(5)),
                                new TraceSettings(""))));
    }

    /** Else an answer that Redis has kept may be served when the deletion of its conversation is forgotten. */
    @Test
    void keepsNoAnswerLongerThanDeletionsAreRemembered() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .withPropertyValues("parley.cache.answers.ttl=25h")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("answers.ttl is PT25H, allowed are up to PT24H"));
    }
}
