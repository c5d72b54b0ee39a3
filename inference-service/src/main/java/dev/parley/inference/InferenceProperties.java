package dev.parley.inference;

import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.kafka.KafkaSettings;
import dev.parley.inference.similar.SimilarSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** All settings of the service except models and prices. The defaults are in {@code application.yaml}. */
@ConfigurationProperties("parley.inference")
public record InferenceProperties(
        KafkaSettings kafka,
        ClaudeSettings claude,
        GenerationSettings generation,
        LookupSettings lookup,
        SimilarSettings similar,
        RedisSettings redis) {}
