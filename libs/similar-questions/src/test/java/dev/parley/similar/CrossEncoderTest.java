package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
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
        assertThat(logOdds(asked, stored)).isCloseTo(logOdds, within(1e-3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "😀", "rice rice"})
    void readsTextsOfAnyLength(String text) {
        assertThat(logOdds(text, "rice ".repeat(Eligibility.PIECES_MAX))).isFinite();
    }

    @Test
    void refusesADamagedFile() {
        byte[] shorter = Arrays.copyOf(FILE, FILE.length - 3);
        byte[] longer = Arrays.copyOf(FILE, FILE.length + 1);
        byte[] otherHeader = FILE.clone();
        otherHeader[20]++;
        for (byte[] damaged : new byte[][] {shorter, longer, otherHeader, new byte[8], new byte[0]}) {
            assertThatThrownBy(() -> CrossEncoder.load(damaged)).isInstanceOf(ModelUnavailableException.class);
        }
    }

    @Test
    void refusesAFileWithoutWeights() {
        byte[] header = "{}".getBytes(StandardCharsets.US_ASCII);
        byte[] file = new byte[8 + header.length];
        file[0] = (byte) header.length;
        System.arraycopy(header, 0, file, 8, header.length);
        assertThatThrownBy(() -> CrossEncoder.load(file)).isInstanceOf(ModelUnavailableException.class);
    }

    private static double logOdds(String asked, String stored) {
        return MODEL.logOdds(
                EMBEDDER.pieces(Question.of(asked).normalised()).first(Eligibility.PIECES_MAX),
                EMBEDDER.pieces(Question.of(stored).normalised()).first(Eligibility.PIECES_MAX));
    }
}
