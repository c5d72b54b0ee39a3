package dev.parley.inference;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.lookup.BoundedLookup;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.answercache.redis.RedisAnswerCache;
import dev.parley.answercache.redis.RedisAuditStore;
import dev.parley.answercache.redis.RedisClients;
import dev.parley.answercache.redis.RedisQuestionStore;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.BuildVersion;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.DeadLetterPublisher;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.GroupProgress;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.LogTail;
import dev.parley.eventlog.MeterLimits;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.inference.claude.CircuitBreakingClaude;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.generation.GenerationMeter;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.KnownModels;
import dev.parley.inference.generation.RecoveryMemory;
import dev.parley.inference.generation.ShortCalls;
import dev.parley.inference.generation.TurnWriter;
import dev.parley.inference.kafka.ArrivalRate;
import dev.parley.inference.kafka.CommandListener;
import dev.parley.inference.kafka.DeltaPublisher;
import dev.parley.inference.kafka.GenerationExecutor;
import dev.parley.inference.kafka.InferenceClients;
import dev.parley.inference.kafka.PublishedAnswerLookup;
import dev.parley.inference.kafka.RecoveryExecutor;
import dev.parley.inference.kafka.RedeliveryCheck;
import dev.parley.inference.kafka.RequestListener;
import dev.parley.inference.metrics.MicrometerGenerationMeter;
import dev.parley.inference.metrics.MicrometerRoutingMeter;
import dev.parley.inference.routing.AliasSelector;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.similar.BoundedSimilarLookup;
import dev.parley.inference.similar.Judge;
import dev.parley.inference.similar.JudgeModel;
import dev.parley.inference.similar.JudgeSettings;
import dev.parley.messages.ClaudeKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The map: every object of the service and what it is given. */
@Configuration(proxyBeanMethods = false)
@Import({MeterLimits.class, MicrometerGenerationMeter.class, InferenceLifecycle.class})
class InferenceConfiguration {
    /** Time for reading deletions. After it no stream is followed and no stored answer used, and Claude is called. */
    private static final Duration DELETIONS_TIMEOUT = Duration.ofMillis(500);

    /** Of microseconds, the precision of timestamps in DuckDB and pandas: those of nanoseconds are read as text. */
    @Bean
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }

    @Bean
    BuildVersion buildVersion() {
        return new BuildVersion("inference-service", InferenceApplication.class);
    }

    @Bean
    ClaudeKey claudeKey(InferenceProperties properties) {
        return ClaudeKey.start(properties.claude().apiKey(), properties.claude().apiKeyFile());
    }

    @Bean
    HttpClaude claude(InferenceProperties properties, ClaudeKey claudeKey) {
        return new HttpClaude(properties.claude(), claudeKey);
    }

    /** The models that are configured: by themselves, by aliases, as fallbacks, or with a price. */
    @Bean
    KnownModels models(InferenceProperties properties, ModelProperties models) {
        return new KnownModels(Stream.of(
                        models.ids(),
                        models.pairedModels(),
                        properties.generation().retries().fallbackModels(),
                        models.prices().stream().map(ModelPrice::model).toList())
                .flatMap(List::stream)
                .toList());
    }

    @Bean
    CircuitBreakingClaude guarded(
            HttpClaude claude, InferenceProperties properties, KnownModels models, MeterRegistry registry) {
        CircuitBreakingClaude guarded =
                new CircuitBreakingClaude(claude, properties.claude().breaker(), models);
        Gauge.builder("parley.inference.models.suspended", guarded, CircuitBreakingClaude::suspended)
                .description("Models whose circuit breaker is open")
                .register(registry);
        return guarded;
    }

    @Bean
    AliasSelector aliasSelector(ModelProperties models, Clock clock) {
        return new AliasSelector(
                models.aliases().stream().map(ModelProperties.Alias::alias).toList(), models::leastThinking, clock);
    }

    @Bean
    GenerationRunner runner(
            CircuitBreakingClaude claude,
            InferenceProperties properties,
            ModelProperties models,
            GenerationMeter meter,
            AliasSelector selector,
            Clock clock) {
        return new GenerationRunner(
                claude,
                properties.generation(),
                clock,
                new TurnWriter(new Prices(models.prices()), clock, meter),
                selector);
    }

    @Bean
    WarmUp warmUp(InferenceProperties properties, ModelProperties models, Clock clock) {
        KnownModels known = models(properties, models);
        return new WarmUp(
                address -> new HttpClaude(properties.claude().at(address), () -> "none"),
                claude -> runner(
                        new CircuitBreakingClaude(claude, properties.claude().breaker(), known),
                        properties,
                        models,
                        new MicrometerGenerationMeter(new SimpleMeterRegistry(), known),
                        new AliasSelector(List.of(), models::leastThinking, clock),
                        clock),
                clock);
    }

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
    DeltaPublisher deltaPublisher(InferenceClients clients, InferenceProperties properties) {
        return new DeltaPublisher(
                clients.deltaProducer(),
                clients.lingeringDeltaProducer(),
                ArrivalRate.ofMerged(properties.kafka().deltaLingerFrom()),
                properties.kafka().deltaMergeInterval());
    }

    @Bean(destroyMethod = "shutdown")
    RedissonClient redis(InferenceProperties properties) {
        return RedisClients.connect(properties.redis(), "inference-service", ByteArrayCodec.INSTANCE);
    }

    @Bean
    AnswerCache answerCache(RedissonClient redis, FoldedTopic<Deletions> deletionLog, Clock clock) {
        return new RedisAnswerCache(redis, deletionLog::upToDate, clock);
    }

    @Bean
    BoundedLookup lookup(AnswerCache answerCache, InferenceProperties properties, MeterRegistry registry) {
        BoundedLookup lookup = new BoundedLookup(
                answerCache, properties.lookup(), Breakers.breaker("redis", properties.lookup(), registry), registry);
        lookup.warmUp(new AnswerKey(new TenantId("warm-up"), new Fingerprint("0".repeat(64))));
        return lookup;
    }

    @Bean
    FoldedTopic<PublishedAnswers> publishedLog(KafkaClients clients) {
        return PublishedAnswers.start(clients, "inference", DELETIONS_TIMEOUT);
    }

    @Bean
    QuestionStore questionStore(RedissonClient redis, InferenceProperties properties, Clock clock) {
        return new RedisQuestionStore(redis, properties.similar().partitionMax(), clock);
    }

    @Bean
    BoundedSimilarLookup similarLookup(
            RedissonClient redis,
            QuestionStore questionStore,
            AnswerCache answerCache,
            BoundedLookup lookup,
            CircuitBreakingClaude claude,
            InferenceProperties properties,
            ModelProperties models,
            MeterRegistry registry,
            Clock clock) {
        JudgeSettings settings = properties.similar().judge();
        Optional<Judge> judge = Optional.of(settings.model())
                .filter(model -> !model.equals(JudgeSettings.CHEAPEST))
                .or(models::cheapest)
                .map(model -> new JudgeModel(model, models.leastThinking(model)))
                .map(model -> new Judge(
                        new ShortCalls(claude, properties.generation(), clock),
                        model,
                        settings,
                        questionStore,
                        new Prices(models.prices()),
                        registry));
        return BoundedSimilarLookup.of(
                properties.similar(),
                questionStore,
                answerCache,
                lookup::find,
                new RedisAuditStore(redis, properties.similar().audit().memory()),
                judge,
                registry,
                clock);
    }

    @Bean
    RequestRouter router(
            FoldedTopic<PublishedAnswers> publishedLog,
            FoldedTopic<Deletions> deletionLog,
            BoundedLookup lookup,
            BoundedSimilarLookup similar,
            MeterRegistry registry,
            Clock clock) {
        return new RequestRouter(
                new PublishedAnswerLookup(publishedLog, deletionLog, clock),
                lookup::find,
                similar,
                new MicrometerRoutingMeter(registry),
                clock);
    }

    @Bean
    FoldedTopic<Deletions> deletionLog(KafkaClients clients, Clock clock) {
        return Deletions.start(clients, "inference", DELETIONS_TIMEOUT, clock);
    }

    @Bean
    GenerationExecutor generationExecutor(
            RequestRouter router,
            GenerationRunner runner,
            FoldedTopic<Deletions> deletionLog,
            InferenceClients clients,
            DeltaPublisher deltaPublisher,
            InferenceProperties properties,
            MeterRegistry registry,
            Clock clock) {
        GenerationExecutor executor = new GenerationExecutor(
                router,
                runner,
                deltaPublisher,
                clients::deltaConsumer,
                clock,
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("generation-", 0).factory()),
                properties.generation().generationsMax(),
                Runtime.getRuntime().maxMemory() / 5,
                deletionLog::upToDate);
        Gauge.builder("parley.inference.generations.running", executor, GenerationExecutor::runningOrWaiting)
                .description("Running generations, and interrupted ones that wait to be taken over")
                .register(registry);
        return executor;
    }

    @Bean
    RecoveryExecutor recoveryExecutor(GenerationExecutor executor, GenerationRunner runner, InferenceClients clients) {
        return new RecoveryExecutor(executor, runner, clients::deltaConsumer);
    }

    @Bean
    RedeliveryCheck recovery(
            InferenceClients clients,
            GenerationExecutor executor,
            RecoveryExecutor recoveries,
            DeltaPublisher deltaPublisher,
            InferenceProperties properties,
            Clock clock) {
        return new RedeliveryCheck(
                clients::committedConsumer,
                clients::turnLookupConsumer,
                clients::endOffsetConsumer,
                executor,
                recoveries,
                deltaPublisher,
                properties.generation(),
                properties.kafka().beginAfter(),
                new RecoveryMemory(Runtime.getRuntime().maxMemory() / 5),
                clock,
                System::nanoTime);
    }

    @Bean
    RequestListener listener(
            InferenceClients clients,
            InferenceProperties properties,
            GenerationExecutor executor,
            GroupProgress progress,
            MeterRegistry registry) {
        RequestListener listener = new RequestListener(
                clients::requestConsumer,
                clients::turnProducer,
                clients::endOfRequests,
                properties.kafka(),
                executor,
                new DeadLetterPublisher(
                        clients::deadLetterProducer,
                        DeadLetterCounter.of(registry, properties.kafka().groupId(), Topics.REQUESTS)));
        Gauge.builder("parley.inference.requests.waiting", () -> progress.unread(listener.positions()))
                .description("Requests in this replica's partitions that it has not begun within ten seconds")
                .register(registry);
        return listener;
    }

    @Bean
    LogTail commands(InferenceClients clients, GenerationExecutor executor, Clock clock) {
        return CommandListener.tail(clients, executor, clock);
    }

    /** Part of readiness: a replica outside of the group answers no request. */
    @Bean
    HealthIndicator requestsHealthIndicator(RequestListener listener) {
        return () -> (listener.joined() ? Health.up() : Health.down()).build();
    }
}
