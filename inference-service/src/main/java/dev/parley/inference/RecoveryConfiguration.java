package dev.parley.inference;

import dev.parley.inference.generation.GenerationRunner;
import dev.parley.inference.generation.recovery.RecoveryMemory;
import dev.parley.inference.kafka.InferenceClients;
import dev.parley.inference.kafka.recovery.RecoveryExecutor;
import dev.parley.inference.kafka.recovery.RedeliveryCheck;
import dev.parley.inference.kafka.recovery.TurnLookup;
import dev.parley.inference.kafka.recovery.WriteProbes;
import dev.parley.inference.kafka.requests.DeltaPublisher;
import dev.parley.inference.kafka.requests.GenerationExecutor;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the map for generations whose requests are redelivered, or that have failed here. */
@Configuration(proxyBeanMethods = false)
class RecoveryConfiguration {
    @Bean
    RecoveryExecutor recoveryExecutor(GenerationExecutor executor, GenerationRunner runner, InferenceClients clients) {
        return new RecoveryExecutor(executor, runner, clients::deltaConsumer);
    }

    @Bean
    RedeliveryCheck redeliveryCheck(
            InferenceClients clients,
            GenerationExecutor executor,
            RecoveryExecutor recoveries,
            DeltaPublisher deltaPublisher,
            InferenceProperties properties,
            Clock clock) {
        return new RedeliveryCheck(
                clients::committedConsumer,
                clients::endOffsetConsumer,
                new TurnLookup(clients::turnLookupConsumer, System::nanoTime),
                new WriteProbes(deltaPublisher, clock, System::nanoTime),
                executor,
                recoveries,
                properties.generation(),
                properties.kafka().beginAfter(),
                new RecoveryMemory(Runtime.getRuntime().maxMemory() / 5),
                clock);
    }
}
