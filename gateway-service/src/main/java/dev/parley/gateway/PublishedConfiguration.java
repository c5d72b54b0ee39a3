package dev.parley.gateway;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.deletion.DeletionLog;
import dev.parley.eventlog.published.PublishedLog;
import dev.parley.gateway.kafka.AnswerReaders;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.TurnReader;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.ChatHandler;
import dev.parley.gateway.web.RequestBodies;
import dev.parley.gateway.web.RequestPlaces;
import dev.parley.gateway.web.SignedIds;
import dev.parley.gateway.web.published.Publications;
import dev.parley.gateway.web.published.PublicationsHandler;
import dev.parley.gateway.web.published.PublishableAnswers;
import dev.parley.gateway.web.published.PublishedAnswersHandler;
import java.time.Clock;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/** The part of the map for published answers. */
@Configuration(proxyBeanMethods = false)
class PublishedConfiguration {
    @Bean
    PublishedLog publishedLog(KafkaClients clients, GatewayProperties properties) {
        return PublishedLog.start(clients, "gateway", properties.published().timeout());
    }

    @Bean
    Publications publications(
            EventPublisher publisher,
            PublishedLog publishedLog,
            DeletionLog deletionLog,
            GenerationSigner signer,
            GatewayProperties properties,
            Clock clock) {
        return new Publications(
                publisher,
                publishedLog::upToDate,
                deletionLog::upToDate,
                signer::addresses,
                properties.published(),
                clock);
    }

    @Bean
    RequestPlaces publicationPlaces(GatewayProperties properties) {
        return new RequestPlaces(properties.published().changesMax(), "Too many answers are being published.");
    }

    @Bean
    PublishableAnswers publishableAnswers(
            SignedIds ids,
            AnswerReaders readers,
            RequestPlaces publicationPlaces,
            GatewayClients clients,
            DeletionLog deletionLog,
            GatewayProperties properties,
            Scheduler workers,
            Clock clock) {
        return new PublishableAnswers(
                ids,
                readers,
                publicationPlaces,
                new TurnReader(clients, properties.published().turnTimeout(), clock),
                properties.answer(),
                properties.resume(),
                deletionLog::upToDate,
                workers,
                clock);
    }

    @Bean
    PublicationsHandler publicationsHandler(
            Authentication authentication,
            RequestBodies bodies,
            RequestPlaces publicationPlaces,
            ChatHandler chat,
            JsonMapper mapper,
            PublishableAnswers answers,
            Publications publications,
            GenerationSigner signer,
            GatewayProperties properties,
            Scheduler workers,
            Clock clock) {
        return new PublicationsHandler(
                authentication,
                bodies,
                publicationPlaces,
                chat,
                new RequestParser(mapper),
                answers,
                publications,
                signer::addresses,
                properties.published().linkLife(),
                workers,
                clock);
    }

    @Bean
    PublishedAnswersHandler publishedAnswersHandler(
            PublishedLog publishedLog,
            DeletionLog deletionLog,
            GenerationSigner signer,
            GatewayProperties properties,
            Scheduler workers,
            Clock clock) {
        return new PublishedAnswersHandler(
                publishedLog::upToDate,
                deletionLog::upToDate,
                signer::addresses,
                new RequestPlaces(properties.published().readsMax(), "Too many published answers are being read."),
                workers,
                clock);
    }

    @Bean
    RouterFunction<ServerResponse> publishedRoutes(PublicationsHandler publications, PublishedAnswersHandler answers) {
        return new Routes()
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
