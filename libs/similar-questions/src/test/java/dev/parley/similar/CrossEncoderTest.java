package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEncoderTest {
    private static final OnnxEmbedder EMBEDDER = OnnxEmbedder.load();
    private static final CrossEncoder MODEL = CrossEncoder.load();
    private static final byte[] FILE = OnnxModel.resource("cross-encoder.safetensors");

    @AfterAll
    static void close() {
        MODEL.close();
        EMBEDDER.close();
    }

    /** The file has what the training script computed. */
    @ParameterizedTest
    @CsvFileSource(resources = "cross-encoder-golden.csv", numLinesToSkip = 1)
    void computesLikeTheTrainingScript(String asked, String stored, double logOdds) {
        double computed = logOdds(asked, stored);
        assertThat(computed).isCloseTo(logOdds, within(1e-3));
        assertThat(probability(computed)).isCloseTo(probability(logOdds), within(1e-4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "😀", "rice rice"})
    void readsTextsOfAnyLength(String text) {
        assertThat(logOdds(text, "rice ".repeat(CrossEncoder.PIECES_MAX))).isFinite();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 5_000, 9_000_000})
    void refusesAFileWithAnotherByte(int at) {
        byte[] damaged = FILE.clone();
        damaged[at]++;
        assertThatThrownBy(() -> CrossEncoder.load(damaged)).isInstanceOf(ModelUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 9_000_000})
    void refusesAShorterFile(int length) {
        byte[] damaged = Arrays.copyOf(FILE, length);
        assertThatThrownBy(() -> CrossEncoder.load(damaged)).isInstanceOf(ModelUnavailableException.class);
    }

    private static double probability(double logOdds) {
        return 1 / (1 + Math.exp(-logOdds));
    }

    private static double logOdds(String asked, String stored) {
        return MODEL.logOdds(
                EMBEDDER.pieces(QuestionFeatures.of(asked).normalised()).first(CrossEncoder.PIECES_MAX),
                EMBEDDER.pieces(QuestionFeatures.of(stored).normalised()).first(CrossEncoder.PIECES_MAX));
    }
}
