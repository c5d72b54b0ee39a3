package dev.parley.cache;

import dev.parley.answercache.redis.RedisSettings;
import dev.parley.cache.answer.CachingSettings;
import dev.parley.cache.edge.EdgeSettings;
import dev.parley.cache.kafka.KafkaSettings;
import dev.parley.eventlog.trace.TraceSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** All settings of the service. The defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.cache")
record CacheProperties(
        KafkaSettings kafka, CachingSettings answers, RedisSettings redis, EdgeSettings edge, TraceSettings traces) {}
