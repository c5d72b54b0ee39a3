package dev.parley.localstack.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogExcerptTest {
    @TempDir
    private Path directory;

    @Test
    void hasTheLastLinesOnly() throws IOException {
        assertThat(end(lines(1, 100_000), 2)).isEqualTo("line 99999\nline 100000");
    }

    @Test
    void hasAllOfAShortLog() throws IOException {
        assertThat(end(lines(1, 3), 30)).isEqualTo("line 1\nline 2\nline 3");
    }

    @Test
    void reportsAnEmptyOrMissingLog() throws IOException {
        assertThat(end("", 30)).isEqualTo("(it is empty)");
        assertThat(LogExcerpt.of(directory.resolve("none.log"), 30)).startsWith("(it cannot be read");
    }

    @Test
    void showsStructuredLinesInShort() throws IOException {
        String line = """
                {"@timestamp":"2026-11-24T10:00:00Z","log":{"level":"ERROR"},"message":"Application run failed",\
                "error":{"stack_trace":"A: first\\n\\tat x\\nCaused by: B: second\\n\\tat y\\nCaused by: C: third\\n\\tat z"}}
                """;
        assertThat(end(line, 30)).isEqualTo("2026-11-24T10:00:00Z ERROR Application run failed\n  Caused by: C: third");
    }

    @Test
    void cutsVeryLongLines() throws IOException {
        assertThat(end("x".repeat(10_000), 30)).isEqualTo("x".repeat(500) + " ...");
    }

    private String end(String text, int linesMax) throws IOException {
        Path log = directory.resolve("some.log");
        Files.writeString(log, text, UTF_8);
        return LogExcerpt.of(log, linesMax);
    }

    private static String lines(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
    }
}
