package dev.parley.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class WarmUpTest {
    @EnableConfigurationProperties({InferenceProperties.class, ModelProperties.class})
    static class Bound {}

    @Test
    void completesGenerationsWithoutKafkaAndClaude() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(new InferenceConfiguration()
                                .warmUp(
                                        context.getBean(InferenceProperties.class),
                                        context.getBean(ModelProperties.class),
                                        Clock.systemUTC())
                                .run())
                        .isPositive());
    }
}
