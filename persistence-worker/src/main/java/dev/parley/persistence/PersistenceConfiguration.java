package dev.parley.persistence;

import dev.parley.contracts.topic.Topics;
import dev.parley.conversations.ConversationTable;
import dev.parley.conversations.DynamoDbMeters;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.eventlog.GroupProgress;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.process.BuildVersion;
import dev.parley.eventlog.process.MeterLimits;
import dev.parley.eventlog.spring.ListenerContainers;
import dev.parley.eventlog.spring.RecordBatch;
import dev.parley.eventlog.spring.RecordBatchConverter;
import dev.parley.persistence.dynamodb.DynamoDbHealth;
import dev.parley.persistence.dynamodb.DynamoDbTurnStore;
import dev.parley.persistence.dynamodb.TableProvisioner;
import dev.parley.persistence.kafka.GroupMembership;
import dev.parley.persistence.kafka.KafkaSettings;
import dev.parley.persistence.kafka.TurnConsumers;
import dev.parley.persistence.kafka.TurnListener;
import dev.parley.persistence.retry.PauseUntilStop;
import dev.parley.persistence.retry.Retry;
import dev.parley.persistence.telemetry.Tracers;
import dev.parley.persistence.telemetry.TurnSpans;
import dev.parley.persistence.telemetry.TurnTelemetry;
import dev.parley.persistence.turn.TurnStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.cloud.stream.binder.kafka.support.ConsumerConfigCustomizer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The map: every object of the service and what it is given. */
@Configuration(proxyBeanMethods = false)
@Import({MeterLimits.class, PauseUntilStop.class})
class PersistenceConfiguration {
    private final PersistenceProperties properties;

    PersistenceConfiguration(PersistenceProperties properties) {
        this.properties = properties;
    }

    /** The function that Spring Cloud Stream binds to {@code chat.turns}. */
    @Bean
    Consumer<RecordBatch> turns(TurnStore store, DeadLetterPublisher deadLetters, TurnTelemetry telemetry) {
        return ListenerContainers.retryable(new TurnListener(store, deadLetters, properties.kafka(), telemetry));
    }

    @Bean
    TurnStore turnStore(
            DynamoDbClient dynamoDbClient,
            TableProvisioner tableProvisioner,
            Retry retry,
            Clock clock,
            MeterRegistry registry) {
        return new DynamoDbTurnStore(dynamoDbClient, properties.store(), tableProvisioner, retry, clock, registry);
    }

    @Bean
    TurnTelemetry turnTelemetry(Clock clock, Tracers tracers, MeterRegistry registry) {
        return new TurnTelemetry(clock, new TurnSpans(tracers), registry);
    }

    @Bean
    Tracers tracers() {
        return Tracers.of(properties.traces());
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    BuildVersion buildVersion() {
        return new BuildVersion("persistence-worker", PersistenceApplication.class);
    }

    // Retries

    @Bean
    Retry retry(PauseUntilStop pause) {
        return new Retry(
                properties.retry(),
                System::nanoTime,
                pause,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Runs before anything is stopped: a batch that waits for DynamoDB must not delay the shutdown. */
    @Bean
    ApplicationListener<ContextClosedEvent> endOfPauses(PauseUntilStop pause) {
        return _ -> pause.stop();
    }

    // DynamoDB

    @Bean
    DynamoDbClient dynamoDbClient(MeterRegistry registry) {
        return properties.dynamodb().open(new DynamoDbMeters(registry));
    }

    @Bean
    ConversationTable conversationTable(DynamoDbClient dynamoDbClient) {
        return new ConversationTable(
                dynamoDbClient, properties.store().table(), properties.store().protection());
    }

    @Bean
    TableProvisioner tableProvisioner(ConversationTable table, PauseUntilStop pause) {
        return new TableProvisioner(table, properties.store(), pause);
    }

    @Bean
    ApplicationListener<ApplicationStartedEvent> tableAtStart(TableProvisioner tableProvisioner) {
        return _ -> tableProvisioner.start();
    }

    @Bean
    DynamoDbHealth dynamoDb(ConversationTable table) {
        return new DynamoDbHealth(table);
    }

    // Kafka

    @Bean
    GroupMembership membership() {
        return new GroupMembership();
    }

    @Bean
    RecordBatchConverter recordBatchConverter() {
        return new RecordBatchConverter();
    }

    @Bean
    ConsumerConfigCustomizer consumers() {
        return (consumer, _, _) -> TurnConsumers.configure(consumer, properties.kafka());
    }

    @Bean
    ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> containers() {
        return (container, _, _) -> TurnConsumers.configure(container, properties.kafka(), properties.retry());
    }

    @Bean
    KafkaClients kafkaClients(MeterRegistry registry) {
        return new KafkaClients(KafkaConnection.of(properties.kafka().bootstrapServers(), System.getenv()), registry);
    }

    @Bean
    GroupProgress groupProgress(KafkaClients clients, MeterRegistry registry, Clock clock) {
        return GroupProgress.start(clients, properties.kafka().groupId(), Topics.TURNS, registry, clock);
    }

    @Bean
    DeadLetterPublisher deadLetters(KafkaClients clients, MeterRegistry registry) {
        KafkaSettings settings = properties.kafka();
        int timeoutMs = Math.toIntExact(settings.deadLetterTimeout().toMillis());
        return new DeadLetterPublisher(
                () -> clients.deadLetterProducer(
                        "persistence-dead-letters",
                        Map.of(
                                "max.request.size",
                                Math.toIntExact(settings.deadLetterBytesMax().toBytes()),
                                "max.block.ms",
                                timeoutMs / 3,
                                "request.timeout.ms",
                                timeoutMs / 3,
                                "delivery.timeout.ms",
                                timeoutMs)),
                DeadLetterCounter.of(registry, properties.kafka().groupId(), Topics.TURNS));
    }
}
