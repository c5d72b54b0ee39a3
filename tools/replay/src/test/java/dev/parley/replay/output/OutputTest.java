package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void appearsWhenItIsComplete() throws IOException {
        Path path = folder.resolve("turns.jsonl");
        try (Output file = Output.file(path, false)) {
            file.stream().write("{}\n".getBytes(UTF_8));
            file.stream().flush();
            assertThat(path).doesNotExist();
            file.complete();
        }

        assertThat(path).hasContent("{}");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void leavesNoFileWithoutComplete() throws IOException {
        try (Output file = Output.file(folder.resolve("turns.jsonl"), false)) {
            file.stream().write('x');
        }

        assertThat(files()).isEmpty();
    }

    @Test
    void refusesToReplaceAFile() throws IOException {
        Path path = Files.writeString(folder.resolve("turns.jsonl"), "old");

        assertThatThrownBy(() -> Output.file(path, false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(path).hasContent("old");
    }

    @Test
    void refusesToReplaceAFileThatWasCreatedMeanwhile() throws IOException {
        Path path = folder.resolve("turns.jsonl");
        try (Output file = Output.file(path, false)) {
            Files.writeString(path, "other");
            assertThatThrownBy(file::complete).isInstanceOf(FileAlreadyExistsException.class);
        }

        assertThat(path).hasContent("other");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void replacesAFileOnlyWhenAllowedAndComplete() throws IOException {
        Path path = Files.writeString(folder.resolve("turns.jsonl"), "old");
        try (Output abandoned = Output.file(path, true)) {
            abandoned.stream().write('x');
        }
        assertThat(path).hasContent("old");

        try (Output file = Output.file(path, true)) {
            file.stream().write("new".getBytes(UTF_8));
            file.complete();
        }
        assertThat(path).hasContent("new");
    }

    @Test
    void replacesTheTargetOfALink() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        try (Output file = Output.file(link, true)) {
            file.stream().write("new".getBytes(UTF_8));
            file.complete();
        }

        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("new");
    }

    @Test
    void writesToADeviceDirectly() throws IOException {
        try (Output file = Output.file(Path.of("/dev/null"), false)) {
            file.stream().write('x');
            file.complete();
        }

        assertThat(Path.of("/dev/null")).exists();
    }

    @Test
    void reportsAMissingFolder() {
        assertThatThrownBy(() -> Output.file(folder.resolve("missing/turns.jsonl"), false))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> Output.file(folder, true)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void aBrokenPipeIsAClosedPipe() {
        assertThatThrownBy(() -> write("Broken pipe")).isInstanceOf(Output.ClosedPipeException.class);
    }

    @Test
    void aFullDiskIsAFailure() {
        assertThatThrownBy(() -> write("No space left on device"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Output.ClosedPipeException.class);
    }

    private static void write(String message) throws IOException {
        Output output = Output.standard(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        });
        output.stream().write('x');
        output.complete();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
