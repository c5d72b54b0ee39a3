package dev.parley.localstack.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.localstack.process.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackFileTest {
    private static final OsProcess THIS =
            OsProcess.of(ProcessHandle.current().pid()).orElseThrow();

    @TempDir
    private Path directory;

    @Test
    void isReadByTheNextProcess() {
        StackFile.Entry gateway = entry("gateway-service", 1, THIS.pid(), THIS.started());
        StackFile.Entry kafka = new StackFile.Entry("kafka", 0, 7, "then", 9092, OptionalInt.empty(), "/tmp/kafka.log");
        StackFile file = StackFile.in(directory);
        file.add(kafka);
        file.add(gateway);
        assertThat(StackFile.in(directory).entries()).containsExactly(gateway, kafka);
    }

    @Test
    void replacesAnEarlierProcessOfTheSameName() {
        StackFile file = StackFile.in(directory);
        file.add(entry("redis", 0, 7, "then"));
        file.add(entry("redis", 0, 8, "now"));
        assertThat(file.entries()).containsExactly(entry("redis", 0, 8, "now"));
    }

    @Test
    void distinguishesALaterProcessWithTheSamePid() {
        StackFile file = StackFile.in(directory);
        file.add(entry("redis", 0, THIS.pid(), "before the last boot"));
        assertThat(file.alive()).isEmpty();
        file.add(entry("redis", 0, THIS.pid(), THIS.started()));
        assertThat(file.alive()).hasSize(1);
    }

    @Test
    void explainsWhatToDoWithAFileThatCannotBeRead() throws IOException {
        Files.writeString(directory.resolve("stack.json"), "[{\"name\": ", UTF_8);
        assertThatThrownBy(() -> StackFile.in(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("delete the file");
    }

    private static StackFile.Entry entry(String name, int replica, long pid, String started) {
        return new StackFile.Entry(name, replica, pid, started, 1, OptionalInt.of(2), "/tmp/x.log");
    }
}
