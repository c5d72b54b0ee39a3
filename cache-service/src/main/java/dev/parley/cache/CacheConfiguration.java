package dev.parley.cache;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.redis.RedisAnswerCache;
import dev.parley.answercache.redis.RedisClients;
import dev.parley.answercache.redis.RedisQuestionStore;
import dev.parley.cache.answer.CachingPolicy;
import dev.parley.cache.kafka.CacheSpans;
import dev.parley.cache.kafka.TurnConsumers;
import dev.parley.cache.kafka.TurnListener;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.GroupProgress;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.process.BuildVersion;
import dev.parley.eventlog.process.MeterLimits;
import dev.parley.eventlog.spring.ListenerContainers;
import dev.parley.eventlog.spring.RecordBatch;
import dev.parley.eventlog.spring.RecordBatchConverter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.Consumer;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.springframework.cloud.stream.binder.kafka.support.ConsumerConfigCustomizer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;

/**
 * The map of the service. One function, {@code turns}, is bound to {@code chat.turns} in {@code application.yaml}. The edge is
 * in {@link EdgeConfiguration}.
 */
@Configuration(proxyBeanMethods = false)
@Import(MeterLimits.class)
class CacheConfiguration {
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    BuildVersion buildVersion() {
        return new BuildVersion("cache-service", CacheApplication.class);
    }

    @Bean(destroyMethod = "shutdown")
    RedissonClient redis(CacheProperties properties) {
        return RedisClients.connect(properties.redis(), "cache-service", ByteArrayCodec.INSTANCE);
    }

    @Bean
    AnswerCache answers(RedissonClient redis, Clock clock) {
        return new RedisAnswerCache(redis, Deletions::new, clock);
    }

    @Bean
    QuestionStore questions(RedissonClient redis, CacheProperties properties, Clock clock) {
        return new RedisQuestionStore(
                redis, properties.answers().questionsMax(), properties.answers().ttl(), clock);
    }

    @Bean
    Consumer<RecordBatch> turns(
            AnswerCache answers,
            QuestionStore questions,
            CacheProperties properties,
            MeterRegistry registry,
            CacheSpans spans,
            Clock clock) {
        return ListenerContainers.retryable(
                new TurnListener(answers, questions, new CachingPolicy(properties.answers()), registry, spans, clock));
    }

    @Bean
    CacheSpans cacheSpans(CacheProperties properties) {
        return CacheSpans.of(properties.traces());
    }

    @Bean
    RecordBatchConverter recordBatchConverter() {
        return new RecordBatchConverter();
    }

    @Bean
    KafkaClients kafkaClients(CacheProperties properties, MeterRegistry registry) {
        return new KafkaClients(KafkaConnection.of(properties.kafka().bootstrapServers(), System.getenv()), registry);
    }

    @Bean
    GroupProgress groupProgress(KafkaClients clients, MeterRegistry registry, Clock clock) {
        return GroupProgress.start(clients, TurnListener.GROUP, Topics.TURNS, registry, clock);
    }

    @Bean
    ConsumerConfigCustomizer consumers(CacheProperties properties) {
        return (consumer, _, _) -> TurnConsumers.configure(consumer, properties.kafka());
    }

    @Bean
    ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> containers(CacheProperties properties) {
        return (container, _, _) -> TurnConsumers.configure(container, properties.kafka());
    }
}
