package dev.parley.gateway;

import dev.parley.contracts.event.ReplyAddress;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.BoundedFetches;
import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.LogEnds;
import dev.parley.gateway.kafka.ResumedAnswers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for the clients of Kafka, the readers of {@code chat.deltas} and the publishing of events. */
@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {
    /** Many times the duration of a poll. */
    private static final Duration POLL_INTERVAL_MAX = Duration.ofSeconds(10);
    /** A part of the heap for what is fetched before it can be counted. */
    private static final int FETCHES_SHARE = 8;

    @Bean
    KafkaClients kafkaClients(GatewayProperties properties, MeterRegistry registry) {
        return new KafkaClients(KafkaConnection.of(properties.kafka().bootstrapServers(), System.getenv()), registry);
    }

    @Bean
    GatewayClients gatewayClients(KafkaClients clients, GatewayProperties properties) {
        return new GatewayClients(
                clients, properties.kafka(), properties.request().heapBytesMax());
    }

    @Bean
    LogEnds logEnds(GatewayClients clients) {
        return new LogEnds(clients.endAdmin());
    }

    @Bean
    DeltaTail tail(GatewayClients clients, OpenAnswers answers, GatewayProperties properties) {
        return new DeltaTail(clients::deltaConsumer, answers, properties.kafka());
    }

    /** Where the deltas of a new answer go; empty while this gateway does not read {@code chat.deltas}. */
    @Bean
    Supplier<Optional<ReplyAddress>> replyAddress(DeltaTail tail) {
        return tail::address;
    }

    @Bean
    Producer<String, byte[]> eventProducer(GatewayClients clients) {
        return clients.eventProducer();
    }

    @Bean
    EventPublisher publisher(Producer<String, byte[]> eventProducer) {
        return new EventPublisher(eventProducer::send);
    }

    @Bean
    Producer<String, byte[]> deliveryProducer(GatewayClients clients) {
        return clients.deliveryProducer();
    }

    @Bean
    BoundedFetches fetches() {
        return new BoundedFetches(Runtime.getRuntime().maxMemory() / FETCHES_SHARE);
    }

    @Bean
    ResumedAnswers resumedAnswers(
            GatewayClients clients,
            BoundedFetches fetches,
            FoldedTopic<Deletions> deletions,
            RecentAnswers recent,
            AnswerSettings answers,
            ResumeSettings settings,
            MeterRegistry registry,
            Clock clock) {
        var resumed = new ResumedAnswers(
                clients::answerConsumer,
                fetches,
                deletions::upToDate,
                recent::ended,
                answers,
                settings,
                clock,
                System::nanoTime);
        Gauge.builder("parley.gateway.answers.resumed", resumed, ResumedAnswers::size)
                .description("Resumed answers that are being read")
                .register(registry);
        return resumed;
    }

    /** Part of readiness: a gateway that does not poll {@code chat.deltas} cannot answer. */
    @Bean
    HealthIndicator tailHealthIndicator(DeltaTail tail, SigningSecret secret) {
        return () -> {
            boolean tailing = tail.address().isPresent()
                    && tail.polledWithin(POLL_INTERVAL_MAX)
                    && secret.ids().isPresent();
            return (tailing ? Health.up() : Health.down()).build();
        };
    }
}
