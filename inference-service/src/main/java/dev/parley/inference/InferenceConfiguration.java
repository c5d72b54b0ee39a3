package dev.parley.inference;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.lookup.BoundedLookup;
import dev.parley.answercache.lookup.Breakers;
import dev.parley.answercache.redis.RedisAnswerCache;
import dev.parley.answercache.redis.RedisClients;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.process.BuildVersion;
import dev.parley.eventlog.process.MeterLimits;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.inference.kafka.PublishedAnswerLookup;
import dev.parley.inference.metrics.MicrometerRoutingMeter;
import dev.parley.inference.routing.RequestRouter;
import dev.parley.inference.similar.BoundedSimilarLookup;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The map of the service. Generations, their recovery, calls to Claude, Kafka and similar questions have parts of their own. */
@Configuration(proxyBeanMethods = false)
@Import({MeterLimits.class, InferenceLifecycle.class})
class InferenceConfiguration {
    /** Of microseconds, the precision of timestamps in DuckDB and pandas: those of nanoseconds are read as text. */
    @Bean
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }

    @Bean
    BuildVersion buildVersion() {
        return new BuildVersion("inference-service", InferenceApplication.class);
    }

    @Bean(destroyMethod = "shutdown")
    RedissonClient redis(InferenceProperties properties) {
        return RedisClients.connect(properties.redis(), "inference-service", ByteArrayCodec.INSTANCE);
    }

    @Bean
    AnswerCache answerCache(RedissonClient redis, FoldedTopic<Deletions> deletionLog, Clock clock) {
        return new RedisAnswerCache(redis, () -> deletionLog.notOlderThan(Deletions.KNOWN_WITHIN), clock);
    }

    @Bean
    BoundedLookup lookup(AnswerCache answerCache, InferenceProperties properties, MeterRegistry registry) {
        BoundedLookup lookup = new BoundedLookup(
                answerCache, properties.lookup(), Breakers.breaker("redis", properties.lookup(), registry), registry);
        lookup.warmUp(new AnswerKey(new TenantId("warm-up"), new Fingerprint("0".repeat(64))));
        return lookup;
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
}
