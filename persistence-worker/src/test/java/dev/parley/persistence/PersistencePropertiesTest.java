package dev.parley.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.eventlog.trace.TraceSettings;
import dev.parley.persistence.dynamodb.StoreSettings;
import dev.parley.persistence.kafka.KafkaSettings;
import dev.parley.persistence.retry.BatchRetrySettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class PersistencePropertiesTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withUserConfiguration(OnlyProperties.class);

    @EnableConfigurationProperties(PersistenceProperties.class)
    static class OnlyProperties {}

    @Test
    void hasTheseDefaults() {
        runner.run(context -> assertThat(context.getBean(PersistenceProperties.class))
                .isEqualTo(new PersistenceProperties(
                        new KafkaSettings(
                                "127.0.0.1:9092",
                                "persistence-worker",
                                2,
                                250,
                                DataSize.ofMegabytes(16),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(2),
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(15),
                                DataSize.ofMegabytes(18),
                                Duration.ofSeconds(25)),
                        new DynamoDbSettings(
                                "",
                                "eu-central-1",
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5),
                                1,
                                50),
                        new StoreSettings(
                                "parley-conversations",
                                true,
                                ConversationTable.Protection.NONE,
                                Duration.ofDays(365),
                                32),
                        new BatchRetrySettings(
                                Duration.ofMillis(100),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(40)),
                        new TraceSettings(""))));
    }

    /** An outage must neither end the group membership nor exceed the shutdown timeout. */
    @Test
    void retryTimeoutIsBelowThePollInterval() {
        runner.run(context -> {
            PersistenceProperties properties = context.getBean(PersistenceProperties.class);
            Duration longestBatch = properties
                    .retry()
                    .timeoutMax()
                    .plus(properties.dynamodb().callTimeout())
                    .plus(properties.kafka().deadLetterTimeout());
            assertThat(longestBatch.multipliedBy(4))
                    .isLessThan(properties.kafka().pollIntervalMax());
            assertThat(properties.kafka().batchTimeMax().plus(longestBatch))
                    .isLessThan(properties.kafka().pollIntervalMax());
            assertThat(properties.kafka().shutdownGrace())
                    .isLessThan(DurationStyle.detectAndParse(context.getEnvironment()
                            .getRequiredProperty("spring.lifecycle.timeout-per-shutdown-phase")));
        });
    }
}
