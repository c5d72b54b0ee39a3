package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.redis.RedisSettings;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.gateway.GatewayProperties.ConversationSettings;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.conversation.DeletionSettings;
import dev.parley.gateway.conversation.HistorySettings;
import dev.parley.gateway.kafka.KafkaSettings;
import dev.parley.gateway.limits.LimitSettings;
import dev.parley.gateway.model.ModelSettings;
import dev.parley.gateway.openai.OpenAiSettings;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.session.SessionSettings;
import dev.parley.gateway.web.ConnectionSettings;
import dev.parley.gateway.web.CorsSettings;
import dev.parley.gateway.web.ForwardingSettings;
import dev.parley.gateway.web.KeyGuessSettings;
import dev.parley.gateway.web.WebSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class GatewayPropertiesTest {
    @EnableConfigurationProperties(GatewayProperties.class)
    static class Bound {}

    @EnableConfigurationProperties(PriceProperties.class)
    static class BoundPrices {}

    @Test
    void hasTheseDefaults() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(context.getBean(GatewayProperties.class))
                        .usingRecursiveComparison()
                        .isEqualTo(new GatewayProperties(
                                new WebSettings(
                                        DataSize.ofMegabytes(8),
                                        Duration.ofSeconds(30),
                                        200,
                                        DataSize.ofMegabytes(64),
                                        DataSize.ofMegabytes(8)),
                                new RequestSettings(35),
                                new ConnectionSettings(
                                        10_000, Duration.ofSeconds(10), Duration.ofSeconds(5), DataSize.ofKilobytes(1)),
                                new SessionSettings("", "", OnDisconnect.GRACE, List.of()),
                                new KeyGuessSettings(20, Duration.ofSeconds(1), 200, 10_000),
                                new CorsSettings(List.of()),
                                new ForwardingSettings(List.of()),
                                new AnswerSettings(
                                        5000,
                                        2048,
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ofMinutes(15),
                                        Duration.ofSeconds(15)),
                                new ResumeSettings(200, 64, Duration.ofSeconds(60)),
                                new OpenAiSettings(8192),
                                List.of(
                                        new ModelSettings("claude-opus-5-5", "Claude Opus 5.5", Instant.EPOCH),
                                        new ModelSettings("claude-sonnet-5-5", "Claude Sonnet 5.5", Instant.EPOCH),
                                        new ModelSettings("claude-haiku-5-5", "Claude Haiku 5.5", Instant.EPOCH),
                                        new ModelSettings("claude-opus-4-8", "Claude Opus 4.8", Instant.EPOCH),
                                        new ModelSettings("claude-sonnet-4-6", "Claude Sonnet 4.6", Instant.EPOCH),
                                        new ModelSettings("claude-opus-4-6", "Claude Opus 4.6", Instant.EPOCH),
                                        new ModelSettings(
                                                "claude-opus-4-5",
                                                "Claude Opus 4.5",
                                                Instant.parse("2025-11-24T00:00:00Z")),
                                        new ModelSettings(
                                                "claude-haiku-4-5",
                                                "Claude Haiku 4.5",
                                                Instant.parse("2025-10-15T00:00:00Z")),
                                        new ModelSettings(
                                                "claude-sonnet-4-5",
                                                "Claude Sonnet 4.5",
                                                Instant.parse("2025-09-29T00:00:00Z"))),
                                new ClaudeSettings(
                                        URI.create("https://api.anthropic.com"),
                                        "none",
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(10),
                                        50),
                                new KafkaSettings("127.0.0.1:9092", -1, Duration.ofMillis(2500)),
                                new LimitSettings(
                                        Duration.ofMillis(80),
                                        Duration.ofSeconds(1),
                                        512,
                                        25,
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(30),
                                        20,
                                        5,
                                        50,
                                        Duration.ofSeconds(1),
                                        2),
                                new RedisSettings(
                                        "redis://127.0.0.1:6390", Duration.ofMillis(500), Duration.ofSeconds(1), 16),
                                new ConversationSettings(
                                        "parley-conversations",
                                        new DynamoDbSettings(
                                                "",
                                                "eu-central-1",
                                                Duration.ofSeconds(1),
                                                Duration.ofSeconds(2),
                                                Duration.ofSeconds(4),
                                                2,
                                                70),
                                        Duration.ofSeconds(2),
                                        32,
                                        4,
                                        new DeletionSettings(600, 200_000, Duration.ofSeconds(2)),
                                        new HistorySettings(Duration.ofSeconds(3), 32, "persistence-worker")),
                                new GenerationSettings(""))));
    }

    @Test
    void readsThePricesOfInferenceService() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(BoundPrices.class)
                .run(context -> assertThat(
                                context.getBean(PriceProperties.class).prices())
                        .extracting(price -> price.model() + " " + price.input() + " " + price.output())
                        .contains("claude-sonnet-4 3 15", "claude-haiku-4-5 1 5"));
    }
}
