package dev.parley.gateway;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.gateway.kafka.BoundedFetches;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.LogEnds;
import dev.parley.gateway.kafka.TurnReader;
import dev.parley.gateway.published.AnswerAddresses;
import dev.parley.gateway.web.conversations.ConversationSettings;
import dev.parley.gateway.web.published.Publications;
import dev.parley.gateway.web.published.PublicationsHandler;
import dev.parley.gateway.web.published.PublishableAnswers;
import dev.parley.gateway.web.published.PublishedAnswersHandler;
import dev.parley.gateway.web.published.PublishedSettings;
import dev.parley.gateway.web.response.ApiErrorException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The part of the map for published answers. */
@Configuration(proxyBeanMethods = false)
@Import({PublishableAnswers.class, Publications.class, PublicationsHandler.class, PublishedAnswersHandler.class})
class PublishedConfiguration {
    /** Many times in the day for which a deletion is known. */
    private static final Duration REPAIR_INTERVAL = Duration.ofHours(1);

    private static final Duration FIRST_REPAIR = Duration.ofMinutes(1);

    @Bean
    PublishedSettings publishedSettings(GatewayProperties properties) {
        return properties.published();
    }

    @Bean
    FoldedTopic<PublishedAnswers> publishedLog(KafkaClients clients, PublishedSettings settings) {
        return PublishedAnswers.start(clients, "gateway", settings.timeout());
    }

    @Bean
    TurnReader turnReader(
            GatewayClients clients,
            LogEnds ends,
            BoundedFetches fetches,
            PublishedSettings settings,
            ConversationSettings conversations) {
        return new TurnReader(
                () -> clients.turnConsumer(conversations.history().writerGroup()),
                ends,
                fetches,
                settings.turnTimeout());
    }

    /** Fails with 503 until the secret is known. */
    @Bean
    Supplier<AnswerAddresses> answerAddresses(SigningSecret secret) {
        return () -> secret.addresses().orElseThrow(ApiErrorException::logUnreachable);
    }

    @Bean
    PhasedLifecycle publicationRepair(Publications publications, Scheduler workers) {
        return PhasedLifecycle.repeating(
                "The repair of publications",
                FIRST_REPAIR,
                REPAIR_INTERVAL,
                Mono.fromRunnable(publications::repair).subscribeOn(workers));
    }

    @Bean
    RouterFunction<ServerResponse> publishedRoutes(
            PublicationsHandler publications, PublishedAnswersHandler answers, MeterRegistry registry) {
        return new Routes(registry)
                .add("/v1/collections/{collection}", Map.of(GET, answers::list, HEAD, answers::list))
                .add("/v1/answers/{id}", Map.of(GET, answers::message, HEAD, answers::message))
                .add("/v1/answers/{id}/events", Map.of(GET, answers::events, HEAD, answers::events))
                .add("/v1/t/{tenant}/answers/{id}", Map.of(GET, answers::signedMessage, HEAD, answers::signedMessage))
                .add(
                        "/v1/collections/{collection}/questions/{slug}",
                        Map.of(PUT, publications::publish, GET, publications::show, DELETE, publications::withdraw))
                .add("/v1/collections/{collection}/questions/{slug}/refresh", Map.of(POST, publications::refresh))
                .build();
    }
}
