package dev.parley.inference;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.GroupProgress;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.inference.kafka.InferenceClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for the clients of Kafka and for what is read from other topics than that of requests. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {
    /** Time for reading deletions. After it no stream is followed and no stored answer used, and Claude is called. */
    private static final Duration DELETIONS_TIMEOUT = Duration.ofMillis(500);

    @Bean
    KafkaClients kafkaClients(InferenceProperties properties, MeterRegistry registry) {
        return new KafkaClients(KafkaConnection.of(properties.kafka().bootstrapServers(), System.getenv()), registry);
    }

    @Bean
    GroupProgress groupProgress(
            KafkaClients clients, InferenceProperties properties, MeterRegistry registry, Clock clock) {
        return GroupProgress.start(clients, properties.kafka().groupId(), Topics.REQUESTS, registry, clock);
    }

    @Bean
    InferenceClients inferenceClients(KafkaClients clients, InferenceProperties properties) {
        return new InferenceClients(clients, properties.kafka());
    }

    @Bean
    FoldedTopic<PublishedAnswers> publishedLog(KafkaClients clients) {
        return PublishedAnswers.start(clients, "inference", DELETIONS_TIMEOUT);
    }

    @Bean
    FoldedTopic<Deletions> deletionLog(KafkaClients clients, Clock clock) {
        return Deletions.start(clients, "inference", DELETIONS_TIMEOUT, clock);
    }
}
