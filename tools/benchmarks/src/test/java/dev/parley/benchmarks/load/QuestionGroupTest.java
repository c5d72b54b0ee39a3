package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionGroupTest {
    private static final String GROUP = """
        S\tHow do I prune roses?
        P\tWhat is the way to prune roses?
        P\tHow do I prune a "rose"?
        P\tHow do I prune the rosé?
        N\tWhen do I prune roses?
        M\tHow and when do I prune roses?
        """;

    @Test
    void readsTheGroupsOfEachFileButThoseOfContrasts(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("b.tsv"), GROUP + "\n" + GROUP.replace("prune", "feed"));
        Files.writeString(folder.resolve("a.tsv"), GROUP.replace("prune", "water") + "\n");
        Files.writeString(folder.resolve("contrasts-1.tsv"), GROUP.replace("prune", "cut"));
        Files.writeString(folder.resolve("README.md"), "S\tNo question");

        assertThat(QuestionGroup.read(folder))
                .extracting(QuestionGroup::question)
                .containsExactly("How do I water roses?", "How do I prune roses?", "How do I feed roses?");
    }

    /** What JSON would escape, and what is not ASCII, is left out. */
    @Test
    void hasThePlainParaphrasesAndNearMisses() {
        assertThat(QuestionGroup.parse(GROUP))
                .isEqualTo(new QuestionGroup(
                        "How do I prune roses?",
                        List.of("What is the way to prune roses?"),
                        List.of("When do I prune roses?")));
    }

    @Test
    void theCheckoutHasEnoughOfThem() {
        assertThat(QuestionGroup.read(Checkout.find().root().resolve("tools/evaluate/train/questions")))
                .hasSizeGreaterThan(5_000);
    }
}
