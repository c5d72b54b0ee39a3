package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
    @TempDir
    Path folder;

    @Test
    void theFirstRunIsComparedWithNothing() {
        assertThat(new ResultFolder(folder).compare(Results.with(2))).isEmpty();
    }

    @Test
    void comparesARunWithTheOneBefore() {
        ResultFolder results = new ResultFolder(folder);
        results.write(Results.with(2));
        assertThat(results.compare(Results.with(1)))
                .singleElement()
                .asString()
                .startsWith("better")
                .contains("first-token.median", "1 ms, before 2 ms");
    }

    @Test
    void aDamagedResultIsComparedWithNothing() throws IOException {
        ResultFolder results = new ResultFolder(folder);
        results.write(Results.with(2));
        Path file = folder.resolve("result.json");
        Files.writeString(file, Files.readString(file).substring(0, 100));
        assertThat(results.compare(Results.with(1))).isEmpty();
    }

    @Test
    void writesJsonMarkdownAndPlots() throws IOException {
        Path report = new ResultFolder(folder.resolve("quick")).write(Results.with(2));
        assertThat(report).hasFileName("result.md").content().contains("![Rising](first-token-rising.svg)");
        try (Stream<Path> files = Files.list(report.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "result.json", "result.md", "first-token-rising.svg", "first-token-beside.svg");
        }
    }

    @Test
    void keepsARunOfSomeScenariosApart() {
        Path report = new ResultFolder(folder.resolve("quick")).partly().write(Results.with(2));
        assertThat(report.getParent()).hasFileName("quick-partly");
        assertThat(folder.resolve("quick")).doesNotExist();
    }
}
