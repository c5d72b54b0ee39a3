package dev.parley.inference;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.lookup.BoundedLookup;
import dev.parley.answercache.redis.RedisAuditStore;
import dev.parley.answercache.redis.RedisQuestionStore;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.claude.CircuitBreakingClaude;
import dev.parley.inference.generation.ShortCalls;
import dev.parley.inference.similar.BoundedSimilarLookup;
import dev.parley.inference.similar.Judge;
import dev.parley.inference.similar.JudgeModel;
import dev.parley.inference.similar.JudgeSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import org.redisson.api.RedissonClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for similar questions. */
@Configuration(proxyBeanMethods = false)
class SimilarConfiguration {
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
}
