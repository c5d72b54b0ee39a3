package dev.parley.similar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class OnnxEmbedderTest {
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
    private static final OnnxEmbedder EMBEDDER = OnnxEmbedder.load();

    @AfterAll
    static void close() {
        EMBEDDER.close();
    }

    /** The file was written with LangChain4j's own tokenizer and model. */
    @ParameterizedTest
    @CsvFileSource(resources = "vectors.csv", numLinesToSkip = 1)
    void computesTheVectorsOfTheModel(String text, int pieces, String firstDimensions) {
        Embedding embedding = EMBEDDER.embed(EMBEDDER.pieces(text));
        double[] expected = Arrays.stream(firstDimensions.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(embedding.pieces().count()).isEqualTo(pieces);
        for (int d = 0; d < expected.length; d++) {
            assertThat((double) embedding.sentence()[d]).isCloseTo(expected[d], within(1e-4));
        }
    }

    @Test
    void embedsTextsWithoutPieces() {
        assertThat(EMBEDDER.embed(EMBEDDER.pieces("")).sentence()).doesNotContain(Float.NaN);
    }

    /** The stored vectors of the weights before are then ignored. */
    @Test
    void otherWeightsOrAnotherVocabularyAreAnotherModel() {
        byte[] model = OnnxModel.resource(OnnxEmbedder.FILE);
        byte[] tokenizer = OnnxModel.resource(TOKENIZER);
        byte[] spaced = Arrays.copyOf(tokenizer, tokenizer.length + 1);
        spaced[tokenizer.length] = ' ';

        try (OnnxEmbedder other = OnnxEmbedder.load(withOneOtherWeight(model), tokenizer);
                OnnxEmbedder otherVocabulary = OnnxEmbedder.load(model, spaced)) {
            assertThat(List.of(other.model(), otherVocabulary.model(), EMBEDDER.model()))
                    .doesNotHaveDuplicates();
        }
    }

    /** One bit of the quantised word vectors, which are most of the file. */
    private static byte[] withOneOtherWeight(byte[] model) {
        byte[] other = model.clone();
        other[other.length / 2] ^= 1;
        return other;
    }

    @Test
    void refusesADamagedModelOrTokenizer() {
        byte[] model = OnnxModel.resource(OnnxEmbedder.FILE);
        byte[] tokenizer = OnnxModel.resource(TOKENIZER);
        byte[] half = Arrays.copyOf(model, model.length / 2);
        assertThatThrownBy(() -> OnnxEmbedder.load(half, tokenizer)).isInstanceOf(ModelUnavailableException.class);
        assertThatThrownBy(() -> OnnxEmbedder.load(model, "{}".getBytes(UTF_8)))
                .isInstanceOf(ModelUnavailableException.class);
    }
}
