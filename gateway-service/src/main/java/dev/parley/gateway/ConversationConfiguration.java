package dev.parley.gateway;

import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.DynamoDbMeters;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.deletion.DeletionLog;
import dev.parley.gateway.conversation.DeletionQuota;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.StoredHistories;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.HistorySupply;
import dev.parley.gateway.web.RequestBodies;
import dev.parley.gateway.web.RequestPlaces;
import dev.parley.gateway.web.SignedIds;
import dev.parley.gateway.web.conversations.ConversationChangesHandler;
import dev.parley.gateway.web.conversations.ConversationsHandler;
import dev.parley.gateway.web.conversations.ExportHandler;
import dev.parley.gateway.web.published.Publications;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/** The part of the map for stored conversations. */
@Configuration(proxyBeanMethods = false)
class ConversationConfiguration {
    @Bean
    DeletionLog deletionLog(KafkaClients clients, GatewayProperties properties, MeterRegistry registry, Clock clock) {
        DeletionLog log = DeletionLog.start(
                clients, "gateway", properties.conversations().deletions().timeout(), clock);
        Gauge.builder(
                        "parley.gateway.deletions.remembered",
                        log,
                        known -> known.known().count())
                .description("Conversations deleted within the last day")
                .register(registry);
        return log;
    }

    @Bean
    ConversationReader conversationReader(
            DeletionLog deletionLog, GatewayProperties properties, MeterRegistry registry, Clock clock) {
        var settings = properties.conversations();
        return new ConversationReader(
                settings.dynamodb().open(new DynamoDbMeters(registry)), settings.table(), deletionLog::upToDate, clock);
    }

    @Bean
    RecentAnswers recentAnswers() {
        return new RecentAnswers();
    }

    @Bean
    StoredHistories storedHistories(
            ConversationReader table,
            GatewayClients clients,
            RecentAnswers recent,
            GatewayProperties properties,
            Clock clock) {
        var settings = properties.conversations().history();
        return new StoredHistories(
                table, () -> clients.turnConsumer(settings.writerGroup()), recent, settings.timeout(), clock);
    }

    @Bean
    HistorySupply historySupply(
            StoredHistories histories,
            SignedIds ids,
            JsonMapper mapper,
            GatewayProperties properties,
            Scheduler workers) {
        return new HistorySupply(
                histories,
                ids,
                properties.conversations().history().readersMax(),
                new RequestParser(mapper),
                properties.web().requestBodyMax(),
                workers);
    }

    @Bean
    RequestPlaces conversationReads(GatewayProperties properties) {
        return new RequestPlaces(properties.conversations().readsMax(), "Too many conversations are being read.");
    }

    @Bean
    ConversationsHandler conversations(
            Authentication authentication,
            ConversationReader reader,
            RequestPlaces conversationReads,
            RequestPlaces requestHeap,
            Scheduler workers) {
        return new ConversationsHandler(authentication, reader, conversationReads, requestHeap, workers);
    }

    @Bean
    ConversationChangesHandler conversationChanges(
            Authentication authentication,
            RequestBodies bodies,
            ConversationReader reader,
            RequestPlaces conversationReads,
            EventPublisher publisher,
            Publications publications,
            DeletionLog deletionLog,
            GatewayProperties properties,
            Scheduler workers,
            Clock clock) {
        return new ConversationChangesHandler(
                authentication,
                bodies,
                reader,
                conversationReads,
                publisher,
                publications,
                new DeletionQuota(properties.conversations().deletions(), clock),
                new MinuteQuota(properties.conversations().renamesPerMinute(), clock),
                deletionLog::known,
                properties.conversations().changeTimeout(),
                workers,
                clock);
    }

    @Bean
    ExportHandler exports(
            Authentication authentication, ConversationReader reader, GatewayProperties properties, Scheduler workers) {
        return new ExportHandler(
                authentication,
                reader,
                properties.conversations().exportsMax(),
                properties.resume().readTimeout(),
                workers);
    }
}
