package dev.parley.inference;

import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.kafka.KafkaSettings;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * All settings of the service except the prices. The defaults are in {@code application.yaml}.
 *
 * @param models prefixes of at most {@value #MODELS_MAX} models with time series and a circuit breaker of their own, besides those
 *     with a price and the fallback models
 */
@ConfigurationProperties("parley.inference")
public record InferenceProperties(
        KafkaSettings kafka,
        ClaudeSettings claude,
        GenerationSettings generation,
        LookupSettings lookup,
        RedisSettings redis,
        List<String> models) {
    static final int MODELS_MAX = 100;

    public InferenceProperties {
        models = List.copyOf(models);
        if (models.size() > MODELS_MAX) {
            throw new IllegalArgumentException("parley.inference.models: more than " + MODELS_MAX);
        }
    }
}
