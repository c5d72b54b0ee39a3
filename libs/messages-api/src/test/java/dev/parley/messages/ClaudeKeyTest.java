package dev.parley.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaudeKeyTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    private Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("ANTHROPIC_API_KEY"), content);
    }

    @Test
    void isTheConfiguredOneWithoutAFile() {
        try (ClaudeKey key = ClaudeKey.start("sk-fixed", directory.resolve("missing"), NEVER)) {
            assertThat(key.get()).isEqualTo("sk-fixed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-one\nsk-two", "sk-\u201cquoted\u201d", "sk two"})
    void refusesToStartWithAConfiguredOneThatCannotBeSent(String configured) {
        assertThatThrownBy(() -> ClaudeKey.start(configured, directory.resolve("missing"), NEVER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ANTHROPIC_API_KEY")
                .hasMessageNotContaining("sk-");
    }

    @Test
    void isReadAgainByItself() throws Exception {
        Path file = file("sk-1\n");
        try (ClaudeKey key = ClaudeKey.start("none", file, Duration.ofMillis(5))) {
            assertThat(key.get()).isEqualTo("sk-1");
            file("sk-2\n");
            Instant deadline = Instant.now().plusSeconds(10);
            while (!key.get().equals("sk-2") && Instant.now().isBefore(deadline)) {
                Thread.sleep(5);
            }
            assertThat(key.get()).isEqualTo("sk-2");
        }
    }

    @Test
    void staysWhileTheFileHasNone() throws IOException {
        Path file = file("sk-1");
        try (ClaudeKey key = ClaudeKey.start("none", file, NEVER)) {
            file("");
            key.refresh();
            assertThat(key.get()).isEqualTo("sk-1");
            Files.delete(file);
            key.refresh();
            assertThat(key.get()).isEqualTo("sk-1");
            file("two lines\nof text");
            key.refresh();
            assertThat(key.get()).isEqualTo("sk-1");
            file("sk-2");
            key.refresh();
            assertThat(key.get()).isEqualTo("sk-2");
        }
    }

    @Test
    void refusesToStartWithAFileThatHasNone() throws IOException {
        Path file = file("\n");
        assertThatThrownBy(() -> ClaudeKey.start("none", file, NEVER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no key");
    }
}
