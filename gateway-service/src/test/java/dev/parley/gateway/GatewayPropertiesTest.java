package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.redis.RedisSettings;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.price.Prices;
import dev.parley.conversations.DynamoDbSettings;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.ResumeSettings;
import dev.parley.gateway.claude.ClaudeSettings;
import dev.parley.gateway.conversation.DeletionSettings;
import dev.parley.gateway.conversation.HistorySettings;
import dev.parley.gateway.kafka.KafkaSettings;
import dev.parley.gateway.limits.LimitSettings;
import dev.parley.gateway.model.AliasSettings;
import dev.parley.gateway.model.Effort;
import dev.parley.gateway.model.ModelSettings;
import dev.parley.gateway.openai.OpenAiSettings;
import dev.parley.gateway.page.PageSettings;
import dev.parley.gateway.request.RequestSettings;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.session.SessionSettings;
import dev.parley.gateway.web.answers.FeedbackSettings;
import dev.parley.gateway.web.connection.ConnectionSettings;
import dev.parley.gateway.web.conversations.ConversationSettings;
import dev.parley.gateway.web.filter.CorsSettings;
import dev.parley.gateway.web.filter.ForwardingSettings;
import dev.parley.gateway.web.filter.HostSettings;
import dev.parley.gateway.web.input.WebSettings;
import dev.parley.gateway.web.published.PublishedSettings;
import dev.parley.gateway.web.response.KeyGuessSettings;
import dev.parley.testing.NumericSettings;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class GatewayPropertiesTest {
    @EnableConfigurationProperties(GatewayProperties.class)
    static class Bound {}

    @EnableConfigurationProperties(ModelProperties.class)
    static class BoundModels {}

    /** For these, zero means none: no delay, no grace period, no spending. */
    private static final Set<String> MAY_BE_ZERO = Set.of(
            "parley.gateway.wrong-keys.free-per-minute",
            "parley.gateway.wrong-keys.delay",
            "parley.gateway.wrong-keys.delayed-per-minute",
            "parley.gateway.answer.disconnect-grace",
            "parley.gateway.limits.local-budget-percent",
            "parley.gateway.conversations.change-timeout");

    /** Negative for a partition that is picked at random. */
    private static final String ANY_NUMBER = "parley.gateway.kafka.reply-partition";

    private static final ApplicationContextRunner SETTINGS =
            new ApplicationContextRunner().withInitializer(new ConfigDataApplicationContextInitializer());

    @Test
    void hasTheseDefaults() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(context.getBean(GatewayProperties.class))
                        .usingRecursiveComparison()
                        .isEqualTo(new GatewayProperties(
                                new WebSettings(
                                        DataSize.ofMegabytes(8),
                                        Duration.ofSeconds(30),
                                        200,
                                        DataSize.ofMegabytes(64),
                                        DataSize.ofMegabytes(8)),
                                new RequestSettings(35, Set.of()),
                                new ConnectionSettings(
                                        10_000, Duration.ofSeconds(10), Duration.ofSeconds(5), DataSize.ofKilobytes(1)),
                                new SessionSettings("", "", List.of(), OnDisconnect.GRACE, List.of()),
                                new KeyGuessSettings(20, Duration.ofSeconds(1), 200, 10_000),
                                new HostSettings(List.of()),
                                new CorsSettings(List.of()),
                                new ForwardingSettings(List.of()),
                                new AnswerSettings(
                                        5000,
                                        20,
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ofMinutes(15),
                                        Duration.ofSeconds(15)),
                                new ResumeSettings(200, 30, 256 * 1024, Duration.ofSeconds(60)),
                                new OpenAiSettings(8192, true),
                                new ClaudeSettings(
                                        URI.create("https://api.anthropic.com"),
                                        "none",
                                        Path.of("/etc/parley/secrets/ANTHROPIC_API_KEY"),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(10),
                                        50,
                                        600),
                                new KafkaSettings("127.0.0.1:9092", -1, Duration.ofMillis(2500)),
                                new LimitSettings(
                                        Duration.ofMillis(80),
                                        Duration.ofSeconds(1),
                                        512,
                                        25,
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(30),
                                        new BreakerSettings(20, 5, 50, Duration.ofSeconds(1), 2)),
                                new RedisSettings(
                                        "redis://127.0.0.1:6390",
                                        "",
                                        Duration.ofMillis(500),
                                        Duration.ofSeconds(1),
                                        16),
                                new ConversationSettings(
                                        "parley-conversations",
                                        new DynamoDbSettings(
                                                "",
                                                "eu-central-1",
                                                Duration.ofSeconds(1),
                                                Duration.ofSeconds(2),
                                                Duration.ofSeconds(4),
                                                2,
                                                70),
                                        Duration.ofSeconds(2),
                                        32,
                                        600,
                                        DataSize.ofMegabytes(30),
                                        4,
                                        new DeletionSettings(600, 200_000, Duration.ofSeconds(2)),
                                        new HistorySettings(Duration.ofSeconds(5), 32, "persistence-worker")),
                                new FeedbackSettings(600),
                                new PublishedSettings(
                                        DataSize.ofMegabytes(64),
                                        DataSize.ofMegabytes(16),
                                        16,
                                        60,
                                        256,
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(5),
                                        Duration.ofHours(1)),
                                new PageSettings(""),
                                new GenerationIdSettings(""))));
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        SETTINGS.run(context -> {
            for (String setting : NumericSettings.of("parley.gateway", GatewayProperties.class)
                    .toList()) {
                if (!setting.equals(ANY_NUMBER)) {
                    assertRefused(context.getEnvironment(), setting, "-1");
                }
                if (!setting.equals(ANY_NUMBER) && !MAY_BE_ZERO.contains(setting)) {
                    assertRefused(context.getEnvironment(), setting, "0");
                }
            }
        });
    }

    /** Money of a running answer would no longer be reserved. */
    @Test
    void refusesReservationsThatAnAnswerOutlives() {
        SETTINGS.run(
                context -> assertRefused(context.getEnvironment(), "parley.gateway.limits.reservation-life", "15m"));
    }

    /** Else they would wait for each other's connections, and time out. */
    @Test
    void refusesFewerConnectionsToDynamoDbThanConcurrentCalls() {
        SETTINGS.withPropertyValues("parley.gateway.conversations.reads-max=35")
                .run(context -> assertThatThrownBy(() ->
                                Binder.get(context.getEnvironment()).bind("parley.gateway", GatewayProperties.class))
                        .rootCause()
                        .hasMessage("dynamodb.connections-max is 70; it must be at least"
                                + " reads-max + exports-max + history.readers-max (71)"));
    }

    private static void assertRefused(ConfigurableEnvironment environment, String setting, String value) {
        environment.getPropertySources().addFirst(new MapPropertySource("changed", Map.of(setting, value)));
        assertThatThrownBy(() -> Binder.get(environment).bind("parley.gateway", GatewayProperties.class))
                .as("%s=%s", setting, value)
                .rootCause()
                .hasMessageContaining(setting.substring(setting.lastIndexOf('.') + 1) + " is ");
        environment.getPropertySources().remove("changed");
    }

    @Test
    void takesRefusedParametersFromAVariable() {
        Map<String, Object> variables = Map.of("PARLEY_GATEWAY_REQUEST_REFUSEDPARAMETERS", "container,thread");
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", variables)))
                .withUserConfiguration(Bound.class)
                .run(context -> assertThat(context.getBean(GatewayProperties.class)
                                .request()
                                .refusedParameters())
                        .containsExactlyInAnyOrder("container", "thread"));
    }

    @Test
    void listsModelsThatHaveAPrice() {
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(BoundModels.class)
                .run(context -> {
                    ModelProperties properties = context.getBean(ModelProperties.class);
                    assertThat(properties.models().getFirst().id()).isEqualTo("claude-opus-5-5");
                    assertThat(properties.aliases())
                            .containsExactly(
                                    new AliasSettings(
                                            "auto", "Auto (Sonnet or Haiku)", "claude-sonnet-5-5", "claude-haiku-5-5"),
                                    new AliasSettings(
                                            "auto-opus",
                                            "Auto (Opus or Sonnet)",
                                            "claude-opus-5-5",
                                            "claude-sonnet-5-5"));
                    assertThat(properties.listed())
                            .startsWith(properties.models().getFirst())
                            .endsWith(properties.aliases().getLast().listed());
                    Prices prices = new Prices(properties.prices());
                    assertThat(properties.models())
                            .hasSizeGreaterThan(5)
                            .allMatch(model -> prices.hasPrice(model.id()));
                    assertThat(properties.models())
                            .filteredOn(ModelSettings::sampling)
                            .extracting(ModelSettings::id)
                            .containsExactly(
                                    "claude-sonnet-4-6", "claude-opus-4-6", "claude-opus-4-5", "claude-haiku-4-5");
                    assertThat(properties.models())
                            .filteredOn(model -> !model.forcedTools())
                            .extracting(ModelSettings::id)
                            .containsExactly("claude-opus-5-5", "claude-fable-5-2", "claude-sonnet-5-5");
                    assertThat(properties.models())
                            .filteredOn(ModelSettings::prefill)
                            .extracting(ModelSettings::id)
                            .containsExactly("claude-opus-4-5", "claude-haiku-4-5");
                    assertThat(properties.models())
                            .extracting(ModelSettings::effort)
                            .containsExactly(
                                    List.of(Effort.values()),
                                    List.of(Effort.values()),
                                    List.of(Effort.values()),
                                    List.of(Effort.values()),
                                    List.of(Effort.values()),
                                    List.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.MAX),
                                    List.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.MAX),
                                    List.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH),
                                    List.of());
                    assertThat(prices.cost("claude-haiku-5-5", new Usage(100_000, 0, 0, 0)))
                            .hasValue(new BigDecimal("0.01000000"));
                    assertThat(prices.cost("claude-haiku-5-5", new Usage(100_000, 0, 0, 1)))
                            .hasValue(new BigDecimal("0.05000005"));
                    assertThat(prices.cost("claude-opus-5-5", new Usage(0, 0, 1000, 0, 1000, 0, 0)))
                            .hasValue(new BigDecimal("0.00800000"));
                });
    }
}
