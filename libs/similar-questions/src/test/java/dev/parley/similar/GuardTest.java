package dev.parley.similar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.similar.ReadQuestion.Eligible;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final double ENOUGH = 0.8;
    private static final OnnxEmbedder EMBEDDER = OnnxEmbedder.load();
    private static final Guard GUARD = Guard.load();

    private final QuestionReader reader = new QuestionReader(new Eligibility(List.of()), EMBEDDER);

    @AfterAll
    static void close() {
        GUARD.close();
        EMBEDDER.close();
    }

    /** Both files have what the training scripts computed for the same pairs. This cosine corrects nothing. */
    @Test
    void estimatesTheLowerOfWhatTheTrainingScriptsComputed() {
        List<String> trees = lines("guard-golden.csv");
        List<String> pairs = lines("cross-encoder-golden.csv");
        assertThat(trees).hasSizeGreaterThan(20).allSatisfy(line -> {
            String[] tree = line.split(",", -1);
            String[] pair = pairs.get(Integer.parseInt(tree[0])).split(",", -1);
            double byCrossEncoder = 1 / (1 + Math.exp(-Double.parseDouble(pair[2])));
            assertThat(estimate(pair[0], pair[1], 0.955, 0))
                    .isCloseTo(Math.min(Double.parseDouble(tree[1]), byCrossEncoder), within(1e-4));
        });
    }

    @Test
    void permitsAParaphrase() {
        assertThat(estimate("How can I return a parcel?", "How do I return a parcel?", 0.9, ENOUGH))
                .isGreaterThan(0.9);
    }

    /** The trees alone permit it. */
    @Test
    void rejectsWhatOnlyTheCrossEncoderRejects() {
        String asked = "Can I order my card from abroad?";
        String stored = "Can I use my card abroad?";
        assertThat(byTrees(asked, stored)).isGreaterThan(ENOUGH);
        assertThat(estimate(asked, stored, 0.9, ENOUGH)).isLessThan(ENOUGH);
    }

    @Test
    void estimatesByTheTreesAloneWhatTheyReject() {
        String asked = "How do I return a parcel?";
        String stored = "How do I track a parcel?";
        assertThat(estimate(asked, stored, 0.9, 1.1)).isEqualTo(byTrees(asked, stored));
    }

    @Test
    void trustsNearPairsMore() {
        String asked = "How can I return a parcel?";
        String stored = "How do I return a parcel?";
        assertThat(logOdds(estimate(asked, stored, 0.85, 0)) - logOdds(estimate(asked, stored, 0.84, 0)))
                .isBetween(0.19, 0.21);
    }

    private double estimate(String asked, String stored, double cosine, double enough) {
        return GUARD.estimate(eligible(asked), eligible(stored), cosine, enough, _ -> {});
    }

    private double byTrees(String asked, String stored) {
        return GuardTrees.load().score(PairFeatures.of(eligible(asked), eligible(stored)));
    }

    private Eligible eligible(String text) {
        return reader.reread(QuestionFeatures.of(text));
    }

    private static List<String> lines(String name) {
        return new String(OnnxModel.resource(name), UTF_8).lines().skip(1).toList();
    }

    private static double logOdds(double estimate) {
        return Math.log(estimate / (1 - estimate));
    }
}
