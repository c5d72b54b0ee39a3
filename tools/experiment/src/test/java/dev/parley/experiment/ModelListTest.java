package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Usage;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.experiment.trial.AskedModel;
import dev.parley.replay.selection.UsageException;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingTarget;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelListTest {
    @TempDir
    private Path folder;

    @Test
    void theDefaultHasParleysAliasesAndPrices() throws Exception {
        ModelList models = ModelList.read(Optional.empty());

        assertThat(models.alias("auto").pair()).isEqualTo(new ModelPair(ExampleTrials.STRONG, ExampleTrials.CHEAPER));
        assertThat(models.alias("auto").target()).isEqualTo(new RoutingTarget.QualityLoss(0.02));
        assertThat(models.priceList().hasPrice(ExampleTrials.JUDGE)).isTrue();
        assertThat(models.judge(ExampleTrials.JUDGE)).isEqualTo(ExampleTrials.ALWAYS_THINKING);
        assertThat(models.judge("claude-sonnet-5-5-20260928").thinking()).contains(LeastThinking.BETWEEN_TOOLS);
        assertThat(models.judge("claude-sonnet-4-6").thinking()).contains(LeastThinking.ON_REQUEST);
        assertThat(models.judge("claude-3").thinking()).isEmpty();
        assertThat(models.asked(ExampleTrials.CHEAPER))
                .isEqualTo(new AskedModel(
                        ExampleTrials.CHEAPER, false, Optional.of(LeastThinking.DISABLED), Optional.empty(), true));
        assertThat(models.asked("claude-haiku-4-5-20251001"))
                .isEqualTo(new AskedModel(
                        "claude-haiku-4-5-20251001",
                        true,
                        Optional.of(LeastThinking.WITH_BUDGET),
                        Optional.of(List.of()),
                        true));
        assertThat(models.asked("claude-opus-5-5").forcedTools()).isFalse();
        assertThat(models.asked("claude-3")).isEqualTo(ExampleTrials.unlisted("claude-3"));
        assertThatThrownBy(() -> models.alias("other")).isInstanceOf(UsageException.class);
    }

    @Test
    void anOperatorsListReplacesIt() throws Exception {
        Path file = Files.writeString(folder.resolve("models.yaml"), """
                parley:
                  aliases: [{ name: quick, strong: a, cheaper: b, target-strong-share: 0.4 }]
                  prices: [{ model: a, input: 1, output: 2, cache-creation: 3, cache-read: 4, one-hour-cache-creation: 9 }]
                """);
        Usage writing = new Usage(0, 0, 1_000_000, 0, 1_000_000, 0, 0);

        assertThat(ModelList.read(Optional.of(file)).alias("quick").target())
                .isEqualTo(new RoutingTarget.StrongShare(0.4));
        assertThat(ModelList.read(Optional.of(file)).judge("a").thinking()).isEmpty();
        assertThat(ModelList.read(Optional.of(file)).priceList().cost("a", writing))
                .hasValue(new BigDecimal("9.00000000"));
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> ModelList.read(Optional.of(folder.resolve("none.yaml"))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot read ")
                .hasMessageContaining("none.yaml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "parley: 7                                               ; Cannot construct",
                "other: {}                                               ; parley is missing",
                "'parley: {prices: []}'                                  ; parley.aliases is missing",
                "'parley: {aliases: []}'                                 ; parley.prices is missing",
                "'parley: {aliases: [{name: quick}], prices: []}'        ; an alias has no strong model",
                "'parley: [|'                                            ; ''"
            })
    void anotherFileIsRefusedInOneLine(String content, String reason) throws Exception {
        Path file = Files.writeString(folder.resolve("models.yaml"), content.replace('|', '\n'));
        assertThatThrownBy(() -> ModelList.read(Optional.of(file)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }
}
