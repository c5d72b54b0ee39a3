package dev.parley.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingPairsCommandTest {
    @TempDir
    private Path directory;

    @Test
    void asksTheSecondQuestionOfAPair() throws IOException {
        Path pairs = file("question_a,question_b,label\nHow do I bake bread?,\"Hi, how can I bake bread?\",1\n");
        assertThat(lines("--pairs", pairs)).containsExactly("how can i bake bread,how do i bake bread,1");
    }

    @Test
    void pairsAQuestionOfAStreamWithItsNeighboursBeforeIt() throws IOException {
        Path stream = file("""
                query,intent
                How do I return a parcel?,return
                How do I bake bread?,bread
                How can I return a parcel?,return
                How do I return my parcels?,another label
                """);
        assertThat(lines("--stream", stream))
                .containsExactlyInAnyOrder(
                        "how can i return a parcel,how do i return a parcel,1",
                        "how do i return my parcels,how do i return a parcel,0",
                        "how do i return my parcels,how can i return a parcel,0");
    }

    @Test
    void needsAFile() {
        assertThat(Evaluate.command().execute("training-pairs", "--out", "none.csv"))
                .isEqualTo(2);
    }

    private List<String> lines(String option, Path file) throws IOException {
        Path out = directory.resolve("out.csv");
        int status = Evaluate.command().execute("training-pairs", option, file.toString(), "--out", out.toString());
        assertThat(status).isZero();
        return Files.readAllLines(out).stream()
                .skip(1)
                .map(line -> line.replace("\"", ""))
                .toList();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("in.csv"), content);
    }
}
