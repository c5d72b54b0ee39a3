package dev.parley.similar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTreesTest {
    /** {@code guard-golden.csv} has the scores that the training script computed for {@code pairs.csv}. */
    @Test
    void scoresLikeTheTrainingScript() {
        List<String> pairs = lines("pairs.csv");
        try (OnnxEmbedder embedder = OnnxEmbedder.load()) {
            QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
            GuardTrees guard = GuardTrees.load();
            List<String> golden = lines("guard-golden.csv");
            assertThat(golden).hasSizeGreaterThan(20);
            assertThat(golden).allSatisfy(line -> {
                String[] columns = line.split(",", -1);
                String[] pair = pairs.get(Integer.parseInt(columns[0])).split(",", -1);
                float[] features = PairFeatures.of(
                        reader.reread(QuestionFeatures.of(pair[1])), reader.reread(QuestionFeatures.of(pair[2])));
                assertThat(guard.score(features)).isCloseTo(Double.parseDouble(columns[1]), within(1e-4));
            });
        }
    }

    @Test
    void judgesBothOrdersAlike() {
        try (OnnxEmbedder embedder = OnnxEmbedder.load()) {
            QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
            var a = reader.reread(QuestionFeatures.of("How do I freeze bread at home?"));
            var b = reader.reread(QuestionFeatures.of("Can bread be frozen in my freezer?"));
            assertThat(PairFeatures.of(a, b)).isEqualTo(PairFeatures.of(b, a));
        }
    }

    @Test
    void refusesDamagedFiles() {
        byte[] file = OnnxModel.resource("guard.bin");
        assertThat(file.length).isLessThan(100 * 1024);
        assertThatThrownBy(() -> GuardTrees.read(Arrays.copyOf(file, file.length - 3)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> GuardTrees.read(Arrays.copyOf(file, file.length + 1)))
                .isInstanceOf(IOException.class);
        byte[] otherFeatures = file.clone();
        otherFeatures[0]++;
        assertThatThrownBy(() -> GuardTrees.read(otherFeatures)).isInstanceOf(IOException.class);
    }

    private static List<String> lines(String name) {
        return new String(OnnxModel.resource(name), UTF_8).lines().skip(1).toList();
    }
}
