package dev.parley.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.inference.claude.ClaudeSettings;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.RetrySettings;
import dev.parley.inference.kafka.KafkaSettings;
import dev.parley.inference.model.ModelAlias;
import dev.parley.inference.similar.AuditSettings;
import dev.parley.inference.similar.JudgeSettings;
import dev.parley.inference.similar.SimilarSettings;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingMode;
import dev.parley.router.RoutingTarget;
import dev.parley.testing.NumericSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

class InferencePropertiesTest {
    @EnableConfigurationProperties({InferenceProperties.class, ModelProperties.class})
    static class Bound {}

    /** Binds the settings of the service. */
    static final ApplicationContextRunner SERVICE = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withUserConfiguration(Bound.class);

    /** For these, zero means none: no delay, no grace period, no retry. */
    private static final Set<String> MAY_BE_ZERO = Set.of(
            "parley.inference.kafka.delta-linger",
            "parley.inference.kafka.delta-linger-from",
            "parley.inference.kafka.delta-merge-interval",
            "parley.inference.kafka.shutdown-grace",
            "parley.inference.kafka.begin-after",
            "parley.inference.generation.retries.attempts-max",
            "parley.inference.generation.retries.refusals-max",
            "parley.inference.generation.retries.backoff",
            "parley.inference.generation.retries.retry-after-max",
            "parley.inference.generation.retries.budget",
            "parley.inference.similar.audit.share",
            "parley.inference.similar.audit.wrong-share-max");

    /** The rate is counted in windows of 100 ms, and would seem to be low in each without a multiple. */
    @ParameterizedTest
    @ValueSource(strings = {"-1ms", "101ms"})
    void refusesAnIntervalThatTheRateIsNotCountedIn(String interval) {
        SERVICE.withPropertyValues("parley.inference.kafka.delta-merge-interval=" + interval)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("from 0 to 100 ms"));
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        SERVICE.run(context -> {
            for (String setting : NumericSettings.of("parley.inference", InferenceProperties.class)
                    .toList()) {
                assertRefused(context.getEnvironment(), setting, "-1");
                if (!MAY_BE_ZERO.contains(setting)) {
                    assertRefused(context.getEnvironment(), setting, "0");
                }
            }
        });
    }

    /** Other replicas would take over what runs. */
    @Test
    void refusesASilenceLimitWithoutAHeartbeat() {
        SERVICE.run(
                context -> assertRefused(context.getEnvironment(), "parley.inference.generation.silence-limit", "1s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parley.aliases[0].max-quality-loss=1.1",
                "parley.aliases[0].target-strong-share=-0.1",
                "parley.prices[0].output=-1"
            })
    void refusesSharesAndPricesThatMakeNoSense(String setting) {
        SERVICE.withPropertyValues(
                        "parley.aliases[0].name=quick",
                        "parley.aliases[0].strong=claude-a",
                        "parley.aliases[0].cheaper=claude-b",
                        "parley.prices[0].model=claude-a",
                        "parley.prices[0].input=1",
                        "parley.prices[0].output=1",
                        "parley.prices[0].cache-creation=1",
                        "parley.prices[0].cache-read=1",
                        setting)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("it must be"));
    }

    private static void assertRefused(ConfigurableEnvironment environment, String setting, String value) {
        environment.getPropertySources().addFirst(new MapPropertySource("changed", Map.of(setting, value)));
        assertThatThrownBy(() -> Binder.get(environment).bind("parley.inference", InferenceProperties.class))
                .as("%s=%s", setting, value)
                .rootCause()
                .hasMessageStartingWith(setting.substring(setting.lastIndexOf('.') + 1) + " is ");
        environment.getPropertySources().remove("changed");
    }

    @Test
    void hasTheseDefaults() {
        SERVICE.run(context -> {
            InferenceProperties properties = context.getBean(InferenceProperties.class);
            assertThat(properties.kafka())
                    .isEqualTo(new KafkaSettings(
                            "127.0.0.1:9092",
                            "inference-service",
                            Duration.ofSeconds(4),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(120),
                            Duration.ofMillis(5),
                            100,
                            Duration.ofMillis(50),
                            Duration.ofSeconds(25),
                            Duration.ZERO));
            assertThat(properties.claude())
                    .isEqualTo(new ClaudeSettings(
                            URI.create("https://api.anthropic.com"),
                            "none",
                            Path.of("/etc/parley/secrets/ANTHROPIC_API_KEY"),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(30),
                            80,
                            false,
                            new BreakerSettings(100, 50, 90, Duration.ofSeconds(5), 5)));
            assertThat(properties.generation())
                    .isEqualTo(new GenerationSettings(
                            1000,
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(3),
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(120),
                            Duration.ofMinutes(10),
                            new RetrySettings(
                                    3,
                                    3,
                                    Duration.ofMillis(200),
                                    Duration.ofSeconds(5),
                                    Duration.ofSeconds(60),
                                    Duration.ofMinutes(15),
                                    Map.of()),
                            8 * 1024 * 1024));
            assertThat(properties.lookup())
                    .isEqualTo(new LookupSettings(
                            Duration.ofMillis(150),
                            256,
                            Duration.ofMillis(100),
                            80,
                            new BreakerSettings(20, 5, 50, Duration.ofSeconds(1), 2)));
            assertThat(properties.similar())
                    .isEqualTo(new SimilarSettings(
                            new LookupSettings(
                                    Duration.ofMillis(30),
                                    16,
                                    Duration.ofMillis(25),
                                    80,
                                    new BreakerSettings(50, 20, 50, Duration.ofSeconds(5), 5)),
                            new JudgeSettings(
                                    "cheapest",
                                    new LookupSettings(
                                            Duration.ofMillis(1500),
                                            64,
                                            Duration.ofMillis(1400),
                                            80,
                                            new BreakerSettings(50, 20, 50, Duration.ofSeconds(10), 5))),
                            new AuditSettings(0.05, 4, 0.01, 20, Duration.ofDays(7)),
                            10_000,
                            100_000,
                            List.of()));
            assertThat(properties.redis())
                    .isEqualTo(new RedisSettings(
                            "redis://127.0.0.1:6390", "", Duration.ofMillis(500), Duration.ofMillis(500), 16));
            ModelProperties models = context.getBean(ModelProperties.class);
            assertThat(models.cheapest()).contains("claude-haiku-5-5");
            assertThat(models.ids())
                    .containsExactly(
                            "claude-opus-5-5",
                            "claude-fable-5-2",
                            "claude-sonnet-5-5",
                            "claude-haiku-5-5",
                            "claude-opus-4-8",
                            "claude-sonnet-4-6",
                            "claude-opus-4-6",
                            "claude-opus-4-5",
                            "claude-haiku-4-5");
            assertThat(models.models())
                    .extracting(ModelProperties.Model::thinking)
                    .startsWith(
                            LeastThinking.ALWAYS,
                            LeastThinking.ALWAYS,
                            LeastThinking.BETWEEN_TOOLS,
                            LeastThinking.DISABLED)
                    .endsWith(
                            LeastThinking.ON_REQUEST,
                            LeastThinking.ON_REQUEST,
                            LeastThinking.ON_REQUEST,
                            LeastThinking.WITH_BUDGET,
                            LeastThinking.WITH_BUDGET);
            assertThat(models.aliases())
                    .extracting(ModelProperties.Alias::alias)
                    .containsExactly(
                            alias("auto", "claude-sonnet-5-5", "claude-haiku-5-5"),
                            alias("auto-opus", "claude-opus-5-5", "claude-sonnet-5-5"));
            assertThat(models.prices())
                    .extracting(price -> price.model() + " " + price.input() + " " + price.output() + " "
                            + price.cacheCreation() + " " + price.cacheRead() + " " + price.promptAbove())
                    .containsExactly(
                            "claude-opus-5-5 4 20 5 0.2 0",
                            "claude-sonnet-5-5 2 10 2.5 0.1 0",
                            "claude-haiku-5-5 0.1 0.5 0.125 0.01 0",
                            "claude-haiku-5-5 0.5 2.5 0.625 0.05 100000",
                            "claude-fable-5-2 8 40 10 0.2 0",
                            "claude-fable-5-1 10 50 12.5 0.25 0",
                            "claude-fable-5 10 50 12.5 1 0",
                            "claude-opus-5 5 25 6.25 0.5 0",
                            "claude-sonnet-5 2 10 2.5 0.2 0",
                            "claude-opus-4-8 5 25 6.25 0.5 0",
                            "claude-opus-4-7 5 25 6.25 0.5 0",
                            "claude-opus-4-6 5 25 6.25 0.5 0",
                            "claude-opus-4-5 5 25 6.25 0.5 0",
                            "claude-opus-4-1 15 75 18.75 1.5 0",
                            "claude-sonnet-4 3 15 3.75 0.3 0",
                            "claude-haiku-4-5 1 5 1.25 0.1 0");
        });
    }

    private static ModelAlias alias(String name, String strong, String cheaper) {
        return new ModelAlias(
                name,
                new ModelPair(strong, cheaper),
                RoutingMode.OFF,
                Map.of(),
                new RoutingTarget.QualityLoss(0.02),
                List.of(),
                Optional.empty());
    }

    @Test
    void bindsTheSettingsOfAnAlias() {
        String key = "key_" + "0".repeat(32);
        SERVICE.withPropertyValues(
                        "parley.aliases[0].name=quick",
                        "parley.aliases[0].strong=claude-a",
                        "parley.aliases[0].cheaper=claude-b",
                        "parley.aliases[0].mode=on",
                        "parley.aliases[0].keys[0].key=" + key,
                        "parley.aliases[0].keys[0].mode=shadow",
                        "parley.aliases[0].target-strong-share=0.4",
                        "parley.aliases[0].strong-patterns[0]=a+",
                        "parley.aliases[0].calibration=/etc/parley/quick.csv")
                .run(context -> {
                    ModelAlias alias = context.getBean(ModelProperties.class)
                            .aliases()
                            .getFirst()
                            .alias();
                    assertThat(alias)
                            .usingRecursiveComparison()
                            .ignoringFields("strongPatterns")
                            .isEqualTo(new ModelAlias(
                                    "quick",
                                    new ModelPair("claude-a", "claude-b"),
                                    RoutingMode.ON,
                                    Map.of(new KeyId(key), RoutingMode.SHADOW),
                                    new RoutingTarget.StrongShare(0.4),
                                    List.of(),
                                    Optional.of(Path.of("/etc/parley/quick.csv"))));
                    assertThat(alias.strongPatterns()).hasToString("[a+]");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5-5, ALWAYS",
        "claude-opus-5-5-20260901, ALWAYS",
        "claude-opus-5, DISABLED",
        "claude-opus-5-20260601, DISABLED",
        "claude-opus-4-5, ON_REQUEST",
        "claude-opus, ON_REQUEST",
    })
    void findsTheLeastThinkingByTheLongestPrefix(String model, LeastThinking least) {
        SERVICE.withPropertyValues(
                        "parley.models[0].id=claude-opus-5",
                        "parley.models[0].thinking=disabled",
                        "parley.models[1].id=claude-opus-5-5",
                        "parley.models[1].thinking=always",
                        "parley.models[2].id=claude-opus-4-5")
                .run(context -> assertThat(
                                context.getBean(ModelProperties.class).leastThinking(model))
                        .isEqualTo(least));
    }

    /** 1,000 tokens of input, and 1,024 of output instead of one. */
    @ParameterizedTest
    @CsvSource({"on-request, claude-a", "between-tools, claude-a", "always, claude-b"})
    void theCheapestModelIsThatOfTheCheapestVerdictWithItsThinking(String thinking, String cheapest) {
        SERVICE.withPropertyValues(
                        "parley.models[0].id=claude-a",
                        "parley.models[0].thinking=" + thinking,
                        "parley.prices[0].model=claude-a",
                        "parley.prices[0].input=1",
                        "parley.prices[0].output=5",
                        "parley.prices[0].cache-creation=1",
                        "parley.prices[0].cache-read=1",
                        "parley.models[1].id=claude-b",
                        "parley.prices[1].model=claude-b",
                        "parley.prices[1].input=3",
                        "parley.prices[1].output=15",
                        "parley.prices[1].cache-creation=3",
                        "parley.prices[1].cache-read=3")
                .run(context -> assertThat(
                                context.getBean(ModelProperties.class).cheapest())
                        .contains(cheapest));
    }

    @Test
    void limitsTheNumberOfModels() {
        SERVICE.withPropertyValues(IntStream.rangeClosed(0, ModelProperties.MODELS_MAX)
                        .mapToObj(i -> "parley.models[" + i + "].id=claude-" + i)
                        .toArray(String[]::new))
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("parley.models"));
    }
}
