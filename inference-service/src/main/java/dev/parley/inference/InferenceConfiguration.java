package dev.parley.inference;

import dev.parley.deletions.DeletionLog;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.claude.GuardedClaude;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.GenerationMeter;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.GenerationSettings;
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
import dev.parley.prices.Prices;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The map of the service. */
@Configuration(proxyBeanMethods = false)
class InferenceConfiguration {
    private static final int ROOM_FOR_THE_TURN = 10;

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

    @Bean
    GuardedClaude guarded(HttpClaude claude, InferenceProperties properties, MeterRegistry registry) {
        GuardedClaude guarded = new GuardedClaude(claude, properties.claude().breaker());
        registry.gauge("parley.inference.models.spared", guarded, GuardedClaude::spared);
        return guarded;
    }

    @Bean
    GenerationMeter meter(MeterRegistry registry) {
        return new MicrometerGenerationMeter(registry);
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
        return new GenerationRunner(
                claude, settings, clock, new TurnWriter(spelling(), new Prices(prices.prices()), clock, meter));
    }

    @Bean
    Rehearsal rehearsal(InferenceProperties properties, PriceProperties prices, Clock clock) {
        return new Rehearsal(
                address -> claude(properties.claude().at(address)),
                claude -> runner(
                        new GuardedClaude(claude, properties.claude().breaker()),
                        properties.generation(),
                        prices,
                        new MicrometerGenerationMeter(new SimpleMeterRegistry()),
                        clock),
                clock);
    }

    /**
     * Keeps numbers as they were written: 1e6 must not grow into 1000000.0 eight million times. What is nested so deep that
     * a turn around it could not be written is not read.
     */
    private static JsonMapper spelling() {
        StreamReadConstraints depth = StreamReadConstraints.builder()
                .maxNestingDepth(StreamReadConstraints.DEFAULT_MAX_DEPTH - ROOM_FOR_THE_TURN)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(depth).build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    @Bean
    KafkaClients kafkaClients(InferenceProperties properties, MeterRegistry registry) {
        return new KafkaClients(properties.kafka(), registry);
    }

    @Bean
    Producer<String, byte[]> deltaProducer(KafkaClients clients) {
        return clients.deltaProducer();
    }

    @Bean
    DeletionLog deletionLog(InferenceProperties properties, Clock clock) {
        return DeletionLog.tailing(properties.kafka().bootstrapServers(), "inference", DELETIONS_KNOWN_WITHIN, clock);
    }

    @Bean
    GenerationDesk desk(
            GenerationRunner runner,
            DeletionLog deletionLog,
            KafkaClients clients,
            Producer<String, byte[]> deltaProducer,
            InferenceProperties properties,
            MeterRegistry registry,
            Clock clock) {
        GenerationDesk desk = new GenerationDesk(
                runner,
                new DeltaPublisher(
                        deltaProducer,
                        clients.patientDeltaProducer(),
                        Pace.perSecond(properties.kafka().deltaLingerFrom())),
                clients,
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
        return new RecoveryWatch(clients, desk, properties.generation(), clock);
    }

    @Bean
    InferenceListener listener(KafkaClients clients, InferenceProperties properties, GenerationDesk desk, Clock clock) {
        return new InferenceListener(
                clients, properties.kafka(), desk, new DeadLetters(clients.deadLetterProducer()), clock);
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
