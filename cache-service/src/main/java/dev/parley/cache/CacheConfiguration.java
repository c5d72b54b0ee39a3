package dev.parley.cache;

import dev.parley.cache.answer.AnswerCache;
import dev.parley.cache.answer.AnswerCodec;
import dev.parley.cache.answer.AnswerKey;
import dev.parley.cache.answer.KeepingPolicy;
import dev.parley.cache.kafka.AnswerReplay;
import dev.parley.cache.kafka.ConsumerClients;
import dev.parley.cache.kafka.DeadLetters;
import dev.parley.cache.kafka.Delivery;
import dev.parley.cache.kafka.DeliveryConverter;
import dev.parley.cache.kafka.DeltaPublisher;
import dev.parley.cache.kafka.Doubts;
import dev.parley.cache.kafka.InferencePublisher;
import dev.parley.cache.kafka.ListenerContainers;
import dev.parley.cache.kafka.OwnedPartitions;
import dev.parley.cache.kafka.ProducerClients;
import dev.parley.cache.kafka.RecordSender;
import dev.parley.cache.kafka.RequestDesk;
import dev.parley.cache.kafka.RequestListener;
import dev.parley.cache.kafka.RequestMeter;
import dev.parley.cache.kafka.TurnListener;
import dev.parley.cache.kafka.TurnRecorder;
import dev.parley.cache.kafka.TurnRecorders;
import dev.parley.cache.kafka.Unfinished;
import dev.parley.cache.lookup.BoundedLookup;
import dev.parley.cache.lookup.Breakers;
import dev.parley.cache.redis.RedisAnswerCache;
import dev.parley.cache.redis.RedisClients;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.deletions.DeletionLog;
import dev.parley.membership.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.redisson.api.RedissonClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The map of the service. Two functions are bound to topics in {@code application.yaml}: {@code requests} and
 * {@code turns}; all else is what they are given. The deletions are in {@link DeletionConfiguration}.
 */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(CacheConfiguration.class);
    private static final String REQUESTS_BINDING = "requests-in-0";
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration BETWEEN_COMMITS = Duration.ofMillis(500);
    private static final Set<String> BINDINGS = Set.of(REQUESTS_BINDING, "turns-in-0");

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    // Answers

    @Bean(destroyMethod = "shutdown")
    RedissonClient redis(CacheProperties properties) {
        return RedisClients.connect(properties.redis());
    }

    @Bean
    AnswerCache answers(RedissonClient redis, DeletionLog deletionLog, CacheProperties properties, Clock clock) {
        return new RedisAnswerCache(
                redis, new AnswerCodec(properties.answers().framesBytesMax()), deletionLog::upToDate, clock);
    }

    @Bean
    BoundedLookup lookup(AnswerCache answers, CacheProperties properties, MeterRegistry registry) {
        BoundedLookup lookup = new BoundedLookup(
                answers, properties.lookup(), Breakers.breaker(properties.lookup(), registry), registry);
        lookup.warmUp(new AnswerKey(new TenantId("warm-up"), new Fingerprint("0".repeat(64))));
        return lookup;
    }

    // What comes in

    @Bean
    Consumer<Delivery> requests(
            Membership membership, Unfinished unfinished, RequestDesk desk, DeadLetters deadLetters) {
        return new RequestListener(membership, unfinished, desk, deadLetters);
    }

    @Bean
    Consumer<Delivery> turns(AnswerCache answers, CacheProperties properties, MeterRegistry registry, Clock clock) {
        return new TurnListener(
                answers, new KeepingPolicy(properties.answers()), properties.answers(), registry, clock);
    }

    @Bean
    DeliveryConverter deliveryConverter() {
        return new DeliveryConverter();
    }

    @Bean
    ConsumerClients consumerClients(CacheProperties properties) {
        return new ConsumerClients(Topics.TURNS.name(), properties.kafka());
    }

    @Bean
    ListenerContainers listenerContainers(CacheProperties properties) {
        return new ListenerContainers(Topics.REQUESTS.name(), properties.kafka());
    }

    @Bean
    Membership membership(CacheProperties properties) {
        return new Membership(properties.kafka().sessionTimeout(), System::nanoTime);
    }

    /** The polling thread may be busy for longer than the membership can do without a tick. */
    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService ticks(Membership membership, Unfinished unfinished) {
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("ticks").factory());
        schedule(ticks, TICK, membership::tick);
        schedule(ticks, BETWEEN_COMMITS, unfinished::acknowledge);
        return ticks;
    }

    /** What fails once is tried again the next time. */
    private static void schedule(ScheduledExecutorService ticks, Duration interval, Runnable step) {
        Runnable guarded = () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.warn("A regular step has failed", e);
            }
        };
        var _ = ticks.scheduleWithFixedDelay(guarded, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Bean
    Unfinished unfinished(CacheProperties properties, MeterRegistry registry) {
        Unfinished unfinished = new Unfinished(
                properties.kafka().unfinishedMax(), properties.kafka().unfinishedWait());
        registry.gauge("parley.cache.requests.unfinished", unfinished, Unfinished::count);
        return unfinished;
    }

    @Bean
    OwnedPartitions partitions(
            Membership membership, Unfinished unfinished, TurnRecorders recorders, CacheProperties properties) {
        return new OwnedPartitions(
                REQUESTS_BINDING,
                membership,
                unfinished,
                recorders,
                properties.kafka().drainTimeout());
    }

    /** Part of readiness: a replica that was not given its partitions serves nobody. */
    @Bean
    HealthIndicator partitionsHealthIndicator(OwnedPartitions partitions) {
        return () -> (partitions.joined().containsAll(BINDINGS) ? Health.up() : Health.down()).build();
    }

    // What goes out

    @Bean
    RequestDesk desk(
            OwnedPartitions partitions,
            Membership membership,
            TurnRecorders recorders,
            BoundedLookup lookup,
            DeltaPublisher deltas,
            InferencePublisher inference,
            MeterRegistry registry,
            Clock clock) {
        return new RequestDesk(
                new Doubts(partitions, membership, clock),
                recorders,
                lookup,
                new AnswerReplay(deltas, recorders, clock),
                inference,
                new RequestMeter(registry),
                clock);
    }

    @Bean
    ProducerClients producers(CacheProperties properties, MeterRegistry registry) {
        return new ProducerClients(properties.kafka(), registry);
    }

    @Bean
    RecordSender<String> deltaSender(ProducerClients producers, CacheProperties properties) {
        return meeting(Topics.DELTAS, producers.events("deltas"), properties);
    }

    @Bean
    RecordSender<String> inferenceSender(ProducerClients producers, CacheProperties properties) {
        return meeting(Topics.INFERENCE, producers.events("inference"), properties);
    }

    private static RecordSender<String> meeting(
            Topic topic, Producer<String, byte[]> producer, CacheProperties properties) {
        RecordSender<String> sender =
                new RecordSender<>(producer, properties.kafka().retryInterval());
        sender.meet(topic.name());
        return sender;
    }

    @Bean
    RecordSender<byte[]> deadLetterSender(ProducerClients producers, CacheProperties properties) {
        return new RecordSender<>(producers.deadLetters(), properties.kafka().retryInterval());
    }

    @Bean
    DeltaPublisher deltas(RecordSender<String> deltaSender, CacheProperties properties) {
        return new DeltaPublisher(
                deltaSender, (int) properties.kafka().deltaBytesMax().toBytes());
    }

    @Bean
    InferencePublisher inference(RecordSender<String> inferenceSender) {
        return new InferencePublisher(inferenceSender);
    }

    @Bean
    DeadLetters deadLetters(RecordSender<byte[]> deadLetterSender) {
        return new DeadLetters(deadLetterSender);
    }

    @Bean
    TurnRecorders recorders(ProducerClients producers, CacheProperties properties, MeterRegistry registry) {
        Timer commits = Timer.builder("parley.cache.transaction")
                .description("Committing the turns of cached answers")
                .publishPercentileHistogram()
                .register(registry);
        return new TurnRecorders(partition -> new TurnRecorder(
                "turn-recorder-" + partition, () -> producers.turns(partition), properties.kafka(), commits));
    }
}
