package dev.parley.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parley.router.RoutingTarget.QualityLoss;
import dev.parley.router.RoutingTarget.StrongShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private static final String TEXT = """
            # A comment.
            # pair: strong cheap
            # questions: 400
            score,suffices,strong_share,quality_loss
            0.1,0.9,0.8,0.001
            0.2,0.7,0.5,0.01
            0.3,0.6,0.2,0.03
            0.4,0.5,0,0.02
            """;
    private static final Calibration CALIBRATION =
            Calibration.parse(TEXT.lines().toList());

    @Test
    void readsItsFile() {
        assertThat(CALIBRATION.pair()).contains(new ModelPair("strong", "cheap"));
        assertThat(CALIBRATION.questions()).isEqualTo(400);
        assertThat(CALIBRATION.points()).hasSize(4);
    }

    @Test
    void readsWhatItWrites() {
        assertThat(Calibration.parse(CALIBRATION.lines("Measured."))).isEqualTo(CALIBRATION);
    }

    /** inference-service may be reading the earlier file. */
    @Test
    void replacesItsFileAtOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("auto.csv"), "earlier");
        Path read = Files.createLink(folder.resolve("read.csv"), file);

        CALIBRATION.write(file, "Measured.");

        assertThat(Calibration.parse(Files.readAllLines(file))).isEqualTo(CALIBRATION);
        assertThat(read).hasContent("earlier");
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void aTargetIsAShareOrElseALoss() {
        assertThat(RoutingTarget.of(Optional.of(0.4), 0.02)).isEqualTo(new StrongShare(0.4));
        assertThat(RoutingTarget.of(Optional.empty(), 0.02)).isEqualTo(new QualityLoss(0.02));
    }

    @Test
    void refusesAnotherVersion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Calibration.parse(("# version: 2\n" + TEXT).lines().toList()))
                .withMessageContaining("version");
    }

    @Test
    void belongsToItsPairOnly() {
        assertThat(CALIBRATION.isOf(new ModelPair("strong", "cheap"))).isTrue();
        assertThat(CALIBRATION.isOf(new ModelPair("strong", "cheaper"))).isFalse();
        assertThat(Calibration.shipped().pair()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 0.9", "0.1, 0.9", "0.15, 0.8", "0.2, 0.7", "0.35, 0.55", "0.4, 0.5", "7, 0.5"})
    void interpolatesTheProbability(double score, double suffices) {
        assertThat(CALIBRATION.suffices(score)).isCloseTo(suffices, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0.9,", "0.8, 0.1", "0.5, 0.2", "0.45, 0.2", "0, 0.4"})
    void resolvesAShareOfStrongCalls(double share, Double threshold) {
        assertThat(CALIBRATION.threshold(new StrongShare(share))).isEqualTo(Optional.ofNullable(threshold));
    }

    /** A lower loss at a higher score is an accident of the sample. */
    @ParameterizedTest
    @CsvSource({"0,", "0.001, 0.1", "0.02, 0.2", "0.03, 0.4"})
    void resolvesALossOfQuality(double loss, Double threshold) {
        assertThat(CALIBRATION.threshold(new QualityLoss(loss))).isEqualTo(Optional.ofNullable(threshold));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# questions: 299\n0.1,0.9,0.8,0.001",
                "# questions: 300",
                "# questions: 300\n0.1,0.9,0.8",
                "# questions: 300\n0.1,much,0.8,0.001",
                "# questions: 300\n0.2,0.9,0.8,0\n0.1,0.9,0.8,0",
                "# questions: 300\n0.1,0.9,0.8,0\nNaN,0.9,0.8,0",
                "# questions: 300\n0.1,Infinity,0.8,0",
                "# pair: onlyone\n# questions: 300\n0.1,0.9,0.8,0",
                "# pair: one two three\n# questions: 300\n0.1,0.9,0.8,0"
            })
    void refusesOthers(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Calibration.parse(text.lines().toList()));
    }
}
