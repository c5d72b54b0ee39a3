package dev.parley.inference;

import dev.parley.answercache.AnswerCodec;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.lookup.BoundedLookup;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.answercache.redis.RedisAnswerCache;
import dev.parley.answercache.redis.RedisClients;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.eventlog.deletion.DeletionLog;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.claude.GuardedClaude;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.GenerationMeter;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.KnownModels;
import dev.parley.inference.generation.TurnWriter;
import dev.parley.inference.kafka.CommandListener;
import dev.parley.inference.kafka.DeadLetters;
import dev.parley.inference.kafka.DeltaPublisher;
import dev.parley.inference.kafka.GenerationDesk;
import dev.parley.inference.kafka.InferenceListener;
import dev.parley.inference.kafka.KafkaClients;
import dev.parley.inference.kafka.Pace;
import dev.parley.inference.kafka.RecoveryWatch;
import dev.parley.inference.metrics.MicrometerGenerationMeter;
import dev.parley.inference.metrics.MicrometerRoutingMeter;
import dev.parley.inference.routing.RequestRouter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.redisson.api.RedissonClient;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The map of the service. */
@Configuration(proxyBeanMethods = false)
class InferenceConfiguration {
    /** Else an answer is not followed, and Claude is asked. */
    private static final Duration DELETIONS_KNOWN_WITHIN = Duration.ofMillis(500);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    HttpClaude claude(InferenceProperties properties) {
        return claude(properties.claude());
    }

    private static HttpClaude claude(ClaudeSettings settings) {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        return new HttpClaude(
                () -> HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .connectTimeout(settings.connectTimeout())
                        .executor(threads)
                        .build(),
                settings);
    }

    /** What is configured anywhere: by itself, as a fallback, or with a price. */
    @Bean
    KnownModels models(InferenceProperties properties, PriceProperties prices) {
        return new KnownModels(Stream.of(
                        properties.models(),
                        properties.generation().retries().fallbackModels(),
                        prices.prices().stream().map(ModelPrice::model).toList())
                .flatMap(List::stream)
                .toList());
    }

    @Bean
    GuardedClaude guarded(
            HttpClaude claude, InferenceProperties properties, KnownModels models, MeterRegistry registry) {
        GuardedClaude guarded = new GuardedClaude(claude, properties.claude().breaker(), models);
        registry.gauge("parley.inference.models.spared", guarded, GuardedClaude::spared);
        return guarded;
    }

    @Bean
    GenerationMeter meter(MeterRegistry registry, KnownModels models) {
        return new MicrometerGenerationMeter(registry, models);
    }

    @Bean
    GenerationRunner runner(
            GuardedClaude claude,
            InferenceProperties properties,
            PriceProperties prices,
            GenerationMeter meter,
            Clock clock) {
        return runner(claude, properties.generation(), prices, meter, clock);
    }

    private static GenerationRunner runner(
            Claude claude, GenerationSettings settings, PriceProperties prices, GenerationMeter meter, Clock clock) {
        return new GenerationRunner(claude, settings, clock, new TurnWriter(new Prices(prices.prices()), clock, meter));
    }

    @Bean
    Rehearsal rehearsal(InferenceProperties properties, PriceProperties prices, Clock clock) {
        KnownModels models = models(properties, prices);
        return new Rehearsal(
                address -> claude(properties.claude().at(address)),
                claude -> runner(
                        new GuardedClaude(claude, properties.claude().breaker(), models),
                        properties.generation(),
                        prices,
                        new MicrometerGenerationMeter(new SimpleMeterRegistry(), models),
                        clock),
                clock);
    }

    @Bean
    KafkaClients kafkaClients(InferenceProperties properties, MeterRegistry registry) {
        return new KafkaClients(properties.kafka(), registry);
    }

    @Bean
    Producer<String, byte[]> deltaProducer(KafkaClients clients) {
        return clients.deltaProducer();
    }

    @Bean(destroyMethod = "shutdown")
    RedissonClient redis(InferenceProperties properties) {
        return RedisClients.connect(properties.redis(), "inference-service");
    }

    @Bean
    BoundedLookup lookup(
            RedissonClient redis,
            DeletionLog deletionLog,
            InferenceProperties properties,
            MeterRegistry registry,
            Clock clock) {
        BoundedLookup lookup = new BoundedLookup(
                new RedisAnswerCache(
                        redis, new AnswerCodec(AnswerCodec.FRAMES_BYTES_MAX), deletionLog::upToDate, clock),
                properties.lookup(),
                Breakers.breaker(properties.lookup(), registry),
                registry);
        lookup.warmUp(new AnswerKey(new TenantId("warm-up"), new Fingerprint("0".repeat(64))));
        return lookup;
    }

    @Bean
    RequestRouter router(BoundedLookup lookup, MeterRegistry registry, Clock clock) {
        return new RequestRouter(lookup::find, new MicrometerRoutingMeter(registry), clock);
    }

    @Bean
    DeletionLog deletionLog(InferenceProperties properties, Clock clock) {
        return DeletionLog.tailing(properties.kafka().bootstrapServers(), "inference", DELETIONS_KNOWN_WITHIN, clock);
    }

    @Bean
    GenerationDesk desk(
            RequestRouter router,
            GenerationRunner runner,
            DeletionLog deletionLog,
            KafkaClients clients,
            Producer<String, byte[]> deltaProducer,
            InferenceProperties properties,
            MeterRegistry registry,
            Clock clock) {
        GenerationDesk desk = new GenerationDesk(
                router,
                runner,
                new DeltaPublisher(
                        deltaProducer,
                        clients.patientDeltaProducer(),
                        Pace.perSecond(properties.kafka().deltaLingerFrom())),
                clients::sliceEndConsumer,
                clock,
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("generation-", 0).factory()),
                properties.generation().generationsMax(),
                deletionLog::upToDate);
        registry.gauge("parley.inference.generations.running", desk, GenerationDesk::running);
        return desk;
    }

    @Bean
    RecoveryWatch recovery(KafkaClients clients, GenerationDesk desk, InferenceProperties properties, Clock clock) {
        return new RecoveryWatch(
                clients, desk, properties.generation(), properties.kafka().beginAfter(), clock);
    }

    @Bean
    InferenceListener listener(KafkaClients clients, InferenceProperties properties, GenerationDesk desk) {
        return new InferenceListener(clients, properties.kafka(), desk, new DeadLetters(clients.deadLetterProducer()));
    }

    @Bean
    CommandListener commands(KafkaClients clients, GenerationDesk desk, Clock clock) {
        return new CommandListener(clients, desk, clock);
    }

    @Bean
    InferenceLifecycle lifecycle(
            InferenceListener listener,
            RecoveryWatch recovery,
            CommandListener commands,
            HttpClaude claude,
            Producer<String, byte[]> deltaProducer,
            Rehearsal rehearsal,
            InferenceProperties properties) {
        return new InferenceLifecycle(
                listener, recovery, commands, claude, properties.claude(), deltaProducer, rehearsal);
    }

    /** Part of readiness: a replica outside of the group answers nobody. */
    @Bean
    HealthIndicator requestsHealthIndicator(InferenceListener listener) {
        return () -> (listener.joined() ? Health.up() : Health.down()).build();
    }
}
