package dev.parley.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesCommandTest {
    @TempDir
    private Path directory;

    @Test
    void writesALineForEachPair() throws IOException {
        Path out = directory.resolve("out.csv");

        assertThat(features(out)).isZero();
        assertThat(Files.readAllLines(out)).hasSize(2).element(1).asString().startsWith("0,0,1,");
    }

    @Test
    void failsIfTheDiskIsFull() throws IOException {
        assertThat(features(Path.of("/dev/full"))).isEqualTo(2);
    }

    private int features(Path out) throws IOException {
        Path pairs = Files.writeString(
                directory.resolve("in.csv"),
                "question_a,question_b,label\nHow do I bake bread?,\"Hi, how can I bake bread?\",1\n");
        return Evaluate.command().execute("features", "--pairs", pairs.toString(), "--out", out.toString());
    }
}
