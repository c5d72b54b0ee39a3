package dev.parley.gateway;

import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.DynamoDbMeters;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.HistorySettings;
import dev.parley.gateway.conversation.MinuteQuota;
import dev.parley.gateway.conversation.RecentAnswers;
import dev.parley.gateway.kafka.BoundedFetches;
import dev.parley.gateway.kafka.GatewayClients;
import dev.parley.gateway.kafka.LogEnds;
import dev.parley.gateway.kafka.StoredHistories;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.web.chat.HistorySupply;
import dev.parley.gateway.web.conversations.ConversationChangesHandler;
import dev.parley.gateway.web.conversations.ConversationSettings;
import dev.parley.gateway.web.conversations.ConversationsHandler;
import dev.parley.gateway.web.conversations.ExportHandler;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.pool.SharedPool;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.scheduler.Scheduler;

/** The part of the map for stored conversations. */
@Configuration(proxyBeanMethods = false)
@Import({RecentAnswers.class, ConversationsHandler.class, ConversationChangesHandler.class, ExportHandler.class})
class ConversationConfiguration {
    @Bean
    ConversationSettings conversationSettings(GatewayProperties properties) {
        return properties.conversations();
    }

    @Bean
    FoldedTopic<Deletions> deletionLog(
            KafkaClients clients, ConversationSettings settings, MeterRegistry registry, Clock clock) {
        FoldedTopic<Deletions> log =
                Deletions.start(clients, "gateway", settings.deletions().timeout(), clock);
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
            FoldedTopic<Deletions> deletionLog, ConversationSettings settings, MeterRegistry registry, Clock clock) {
        return new ConversationReader(
                settings.dynamodb().open(new DynamoDbMeters(registry)), settings.table(), deletionLog::upToDate, clock);
    }

    @Bean
    StoredHistories storedHistories(
            ConversationReader table,
            GatewayClients clients,
            LogEnds ends,
            RecentAnswers recent,
            ConversationSettings settings,
            BoundedFetches fetches,
            GatewayProperties properties,
            Clock clock) {
        HistorySettings history = settings.history();
        return new StoredHistories(
                table,
                () -> clients.turnConsumer(history.writerGroup()),
                ends,
                recent,
                history.timeout(),
                // With as much time again for its place in a queue and for take-overs.
                properties.answer().lifetimeMax().multipliedBy(2),
                fetches,
                clock);
    }

    @Bean
    HistorySupply historySupply(
            StoredHistories histories,
            FoldedTopic<Deletions> deletionLog,
            SignedIds ids,
            RequestParser parser,
            ConversationSettings settings,
            GatewayProperties properties,
            Scheduler workers) {
        return new HistorySupply(
                histories,
                deletionLog::upToDate,
                ids,
                settings.history().readersMax(),
                parser,
                properties.web().requestBodyMax(),
                workers);
    }

    /** Quota of bytes for each conversation. */
    @Bean
    MinuteQuota<ConversationName> conversationQuota(ConversationSettings settings, Clock clock) {
        return new MinuteQuota<>(settings.requestBytesPerMinute().toBytes(), clock);
    }

    @Bean
    SharedPool conversationReads(ConversationSettings settings) {
        return new SharedPool(settings.readsMax(), "Too many conversations are being read.");
    }
}
