package dev.parley.inference.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.Selection;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.inference.generation.models.ModelChoice;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingMode;
import dev.parley.router.RoutingTarget;
import dev.parley.testing.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.threeten.extra.MutableClock;

class AliasSelectorTest {
    private static final ModelPair PAIR = new ModelPair("strong", "cheap");
    private static final KeyId KEY = new KeyId("key_" + "0".repeat(32));
    private static final String EASY = "Where is the Eiffel Tower?";

    /** With it the cheaper model answers every question. */
    private static final String EVERYTHING_IS_EASY = """
            # pair: strong cheap
            # questions: 1000
            score,suffices,strong_share,quality_loss
            1000,0.9,0,0.01
            """;

    /** With it the stronger model answers every question. */
    private static final String NOTHING_IS_EASY = EVERYTHING_IS_EASY.replace("0,0.01", "0,0.5");

    @TempDir
    private Path directory;

    private Path calibration = Path.of("");
    private final MutableClock clock = MutableClock.of(Instant.EPOCH, ZoneOffset.UTC);

    @BeforeEach
    void calibrate() throws IOException {
        calibration = Files.writeString(directory.resolve("auto.csv"), EVERYTHING_IS_EASY);
    }

    @Test
    void leavesModelsAlone() {
        assertThat(selector(RoutingMode.ON).select(asking("strong", Optional.empty(), EASY)))
                .isEmpty();
    }

    @Test
    void asksTheStrongerModelIfTheRouterIsOff() {
        assertThat(select(RoutingMode.OFF, EASY))
                .isEqualTo(new Selection("strong", "off", "strong", "off", OptionalDouble.empty()));
    }

    @Test
    void recordsTheChoiceInShadow() {
        assertThat(select(RoutingMode.SHADOW, EASY))
                .isEqualTo(new Selection("strong", "shadow", "cheap", "score", OptionalDouble.of(0.9)));
    }

    @Test
    void asksTheChosenModel() {
        Optional<ModelChoice> choice = selector(RoutingMode.ON).select(asking("auto", Optional.empty(), EASY));

        assertThat(choice.map(ModelChoice::selection))
                .contains(new Selection("cheap", "on", "cheap", "score", OptionalDouble.of(0.9)));
        assertThat(choice.map(ModelChoice::other)).contains("strong");
        assertThat(choice.map(made -> made.leastThinking().apply("strong"))).contains(LeastThinking.ALWAYS);
    }

    @Test
    void staysInShadowWithoutACalibrationOfThePair() throws IOException {
        Files.writeString(calibration, EVERYTHING_IS_EASY.replace("cheap", "another"));

        assertThat(select(RoutingMode.ON, EASY))
                .isEqualTo(new Selection("strong", "uncalibrated", "cheap", "score", OptionalDouble.of(0.9)));
    }

    @Test
    void staysInShadowWithAnUnreadableCalibration() throws IOException {
        Files.writeString(calibration, EVERYTHING_IS_EASY.replace("1000", "299"));

        assertThat(select(RoutingMode.ON, EASY).mode()).isEqualTo("uncalibrated");
    }

    @Test
    void appliesTheModeOfTheKey() {
        AliasSelector selector = selector(RoutingMode.OFF);

        assertThat(selector.select(asking("auto", Optional.of(KEY), EASY)))
                .get()
                .extracting(choice -> choice.selection().mode())
                .isEqualTo("shadow");
    }

    @Test
    void appliesRulesBeforeTheScore() {
        assertThat(select(RoutingMode.ON, "Fix this: ```int x```"))
                .isEqualTo(new Selection("strong", "on", "strong", "code", OptionalDouble.empty()));
        assertThat(select(RoutingMode.ON, "Please ask legal about this"))
                .isEqualTo(new Selection("strong", "on", "strong", "pattern", OptionalDouble.empty()));
    }

    @Test
    void asksTheStrongerModelInEveryModeIfAnEarlierAnswerDidNotSuffice() {
        for (RoutingMode mode : RoutingMode.values()) {
            ChatRequested escalating = asking(EASY, request -> {
                request.model = "auto";
                request.escalates = Optional.of(GenerationId.unsigned(Clock.systemUTC(), 0));
            });

            Optional<ModelChoice> choice = selector(mode).select(escalating);

            assertThat(choice.map(ModelChoice::selection))
                    .contains(new Selection("strong", mode.text(), "strong", "escalated", OptionalDouble.empty()));
            assertThat(choice.map(ModelChoice::other)).contains("cheap");
            assertThat(choice.orElseThrow().selection().reasonOfModel()).isEqualTo("escalated");
        }
    }

    @ParameterizedTest(name = "after {0} s")
    @ValueSource(ints = {10, -3600})
    void readsAChangedCalibration(int seconds) throws IOException {
        AliasSelector selector = selector(RoutingMode.ON);
        assertThat(modelOf(selector)).isEqualTo("cheap");
        Files.writeString(calibration, NOTHING_IS_EASY);
        Files.setLastModifiedTime(calibration, FileTime.fromMillis(0));

        assertThat(modelOf(selector)).as("within the interval").isEqualTo("cheap");
        clock.add(Duration.ofSeconds(seconds));

        assertThat(modelOf(selector)).isEqualTo("strong");
    }

    @Test
    void keepsTheLastCalibrationIfTheFileDisappears() throws IOException {
        AliasSelector selector = selector(RoutingMode.ON);
        assertThat(modelOf(selector)).isEqualTo("cheap");
        Files.delete(calibration);
        clock.add(Duration.ofSeconds(10));

        assertThat(modelOf(selector)).isEqualTo("cheap");
    }

    private static String modelOf(AliasSelector selector) {
        return selector.select(asking("auto", Optional.empty(), EASY))
                .orElseThrow()
                .selection()
                .model();
    }

    private Selection select(RoutingMode mode, String question) {
        return selector(mode)
                .select(asking("auto", Optional.empty(), question))
                .orElseThrow()
                .selection();
    }

    private AliasSelector selector(RoutingMode mode) {
        ModelAlias alias = new ModelAlias(
                "auto",
                PAIR,
                mode,
                Map.of(KEY, RoutingMode.SHADOW),
                new RoutingTarget.QualityLoss(0.02),
                List.of(Pattern.compile("\\blegal\\b")),
                Optional.of(calibration));
        return new AliasSelector(List.of(alias), _ -> LeastThinking.ALWAYS, clock);
    }

    private static ChatRequested asking(String model, Optional<KeyId> key, String question) {
        return asking(question, request -> {
            request.model = model;
            request.key = key;
        });
    }

    private static ChatRequested asking(String question, Consumer<Events.Request> change) {
        return Events.requested(request -> {
            request.request = ("{\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}").getBytes(UTF_8);
            change.accept(request);
        });
    }
}
