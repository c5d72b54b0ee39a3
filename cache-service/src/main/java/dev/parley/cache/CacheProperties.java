package dev.parley.cache;

import dev.parley.cache.answer.AnswerSettings;
import dev.parley.cache.kafka.KafkaSettings;
import dev.parley.cache.lookup.LookupSettings;
import dev.parley.cache.redis.RedisSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Every knob of the service; the defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.cache")
record CacheProperties(KafkaSettings kafka, AnswerSettings answers, LookupSettings lookup, RedisSettings redis) {}
