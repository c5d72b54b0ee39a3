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
    void theFirstRunHasNothingToBeComparedWith() {
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
    void leavesJsonMarkdownAPageAndPictures() throws IOException {
        Path page = new ResultFolder(folder.resolve("quick")).write(Results.with(2));
        assertThat(page).hasFileName("index.html");
        try (Stream<Path> files = Files.list(page.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "index.html",
                            "result.json",
                            "result.md",
                            "first-token-rising.svg",
                            "first-token-beside.svg");
        }
    }

    @Test
    void keepsARunOfSomeScenariosApart() {
        Path page = new ResultFolder(folder.resolve("quick")).partly().write(Results.with(2));
        assertThat(page.getParent()).hasFileName("quick-partly");
        assertThat(folder.resolve("quick")).doesNotExist();
    }
}
