package dev.parley.inference;

import dev.parley.contracts.price.ModelPrice;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.claude.CircuitBreakingClaude;
import dev.parley.inference.claude.HttpClaude;
import dev.parley.inference.generation.GenerationMeter;
import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.TurnFactory;
import dev.parley.inference.generation.models.KnownModels;
import dev.parley.inference.metrics.MicrometerGenerationMeter;
import dev.parley.inference.model.AliasSelector;
import dev.parley.messages.ClaudeKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The part of the map for the calls to Claude. */
@Configuration(proxyBeanMethods = false)
@Import(MicrometerGenerationMeter.class)
class ClaudeConfiguration {
    @Bean
    ClaudeKey claudeKey(InferenceProperties properties) {
        return ClaudeKey.start(properties.claude().apiKey(), properties.claude().apiKeyFile());
    }

    @Bean
    HttpClaude claude(InferenceProperties properties, ClaudeKey claudeKey) {
        return new HttpClaude(properties.claude(), claudeKey);
    }

    /** The models that are configured: by themselves, by aliases, as fallbacks, or with a price. */
    @Bean
    KnownModels models(InferenceProperties properties, ModelProperties models) {
        return new KnownModels(Stream.of(
                        models.ids(),
                        models.pairedModels(),
                        properties.generation().retries().fallbackModels(),
                        models.prices().stream().map(ModelPrice::model).toList())
                .flatMap(List::stream)
                .toList());
    }

    @Bean
    CircuitBreakingClaude guarded(
            HttpClaude claude, InferenceProperties properties, KnownModels models, MeterRegistry registry) {
        CircuitBreakingClaude guarded =
                new CircuitBreakingClaude(claude, properties.claude().breaker(), models);
        Gauge.builder("parley.inference.models.suspended", guarded, CircuitBreakingClaude::suspended)
                .description("Models whose circuit breaker is open")
                .register(registry);
        return guarded;
    }

    @Bean
    AliasSelector aliasSelector(ModelProperties models, Clock clock) {
        return new AliasSelector(
                models.aliases().stream().map(ModelProperties.Alias::alias).toList(), models::leastThinking, clock);
    }

    @Bean
    GenerationRunner runner(
            CircuitBreakingClaude claude,
            InferenceProperties properties,
            ModelProperties models,
            GenerationMeter meter,
            AliasSelector selector,
            Clock clock) {
        return new GenerationRunner(
                claude,
                properties.generation(),
                clock,
                new TurnFactory(new Prices(models.prices()), clock, meter),
                selector);
    }

    @Bean
    WarmUp warmUp(InferenceProperties properties, ModelProperties models, KnownModels known, Clock clock) {
        return new WarmUp(
                address -> new HttpClaude(properties.claude().at(address), () -> "none"),
                claude -> runner(
                        new CircuitBreakingClaude(claude, properties.claude().breaker(), known),
                        properties,
                        models,
                        new MicrometerGenerationMeter(new SimpleMeterRegistry(), known),
                        new AliasSelector(List.of(), models::leastThinking, clock),
                        clock),
                clock);
    }
}
