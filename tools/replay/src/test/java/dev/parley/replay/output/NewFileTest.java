package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void appearsWhenItIsWhole() throws IOException {
        Path path = folder.resolve("turns.jsonl");
        try (NewFile file = NewFile.begin(path, false)) {
            file.stream().write("{}\n".getBytes(UTF_8));
            file.stream().flush();
            assertThat(path).doesNotExist();
            file.complete();
        }

        assertThat(path).hasContent("{}");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void leavesNothingBehindWhenItIsNotCompleted() throws IOException {
        try (NewFile file = NewFile.begin(folder.resolve("turns.jsonl"), false)) {
            file.stream().write('x');
        }

        assertThat(files()).isEmpty();
    }

    @Test
    void refusesToReplaceAFile() throws IOException {
        Path path = Files.writeString(folder.resolve("turns.jsonl"), "old");

        assertThatThrownBy(() -> NewFile.begin(path, false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(path).hasContent("old");
    }

    @Test
    void refusesToReplaceAFileThatCameMeanwhile() throws IOException {
        Path path = folder.resolve("turns.jsonl");
        try (NewFile file = NewFile.begin(path, false)) {
            Files.writeString(path, "quicker");
            assertThatThrownBy(file::complete).isInstanceOf(FileAlreadyExistsException.class);
        }

        assertThat(path).hasContent("quicker");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void replacesAFileWhenItMayAndOnlyWhenItIsWhole() throws IOException {
        Path path = Files.writeString(folder.resolve("turns.jsonl"), "old");
        try (NewFile abandoned = NewFile.begin(path, true)) {
            abandoned.stream().write('x');
        }
        assertThat(path).hasContent("old");

        try (NewFile file = NewFile.begin(path, true)) {
            file.stream().write("new".getBytes(UTF_8));
            file.complete();
        }
        assertThat(path).hasContent("new");
    }

    @Test
    void replacesWhatALinkPointsTo() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        try (NewFile file = NewFile.begin(link, true)) {
            file.stream().write("new".getBytes(UTF_8));
            file.complete();
        }

        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("new");
    }

    @Test
    void writesADeviceAsItIs() throws IOException {
        try (NewFile file = NewFile.begin(Path.of("/dev/null"), false)) {
            file.stream().write('x');
            file.complete();
        }

        assertThat(Path.of("/dev/null")).exists();
    }

    @Test
    void saysThatTheFolderIsMissing() {
        assertThatThrownBy(() -> NewFile.begin(folder.resolve("missing/turns.jsonl"), false))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> NewFile.begin(folder, true)).isInstanceOf(FileAlreadyExistsException.class);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
