package dev.parley.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.inference.generation.KnownModels;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void completesGenerationsWithoutKafkaAndClaude() {
        InferencePropertiesTest.SERVICE.run(context -> assertThat(new ClaudeConfiguration()
                        .warmUp(
                                context.getBean(InferenceProperties.class),
                                context.getBean(ModelProperties.class),
                                new KnownModels(List.of()),
                                Clock.systemUTC())
                        .run())
                .isPositive());
    }

    @Test
    void aFailureDoesNotStopTheService() {
        WarmUp warmUp = new WarmUp(
                _ -> {
                    throw new IllegalStateException("no client");
                },
                _ -> {
                    throw new IllegalStateException("no runner");
                },
                Clock.systemUTC());
        assertThat(warmUp.run()).isZero();
    }
}
