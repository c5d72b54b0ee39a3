package dev.parley.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void completesGenerationsWithoutKafkaAndClaude() {
        InferencePropertiesTest.SERVICE.run(context -> {
            ClaudeConfiguration claude = new ClaudeConfiguration();
            InferenceProperties properties = context.getBean(InferenceProperties.class);
            ModelProperties models = context.getBean(ModelProperties.class);
            assertThat(claude.warmUp(properties, models, claude.models(properties, models), Clock.systemUTC())
                            .run())
                    .isPositive();
        });
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
