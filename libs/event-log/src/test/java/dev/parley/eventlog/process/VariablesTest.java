package dev.parley.eventlog.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariablesTest {
    @TempDir
    private Path directory;

    private Map<String, String> environment(String... more) {
        return more.length == 0
                ? Map.of("PARLEY_SECRETS", directory.toString())
                : Map.of("PARLEY_SECRETS", directory.toString(), more[0], more[1]);
    }

    @Test
    void addsTheFilesOfTheDirectory() throws IOException {
        Files.writeString(directory.resolve("PARLEY_REDIS_URL"), "rediss://redis:6379\n");
        assertThat(Variables.of(environment("PARLEY_EDGE", "none")))
                .containsEntry("PARLEY_REDIS_URL", "rediss://redis:6379")
                .containsEntry("PARLEY_EDGE", "none");
    }

    /** Kubernetes mounts a Secret as links into a directory whose name begins with two dots. */
    @Test
    void readsASecretAsKubernetesMountsIt() throws IOException {
        Path version = Files.createDirectory(directory.resolve("..2026_11_26"));
        Files.writeString(version.resolve("ANTHROPIC_API_KEY"), "sk-1");
        Files.createSymbolicLink(directory.resolve("..data"), version);
        Files.createSymbolicLink(directory.resolve("ANTHROPIC_API_KEY"), Path.of("..data/ANTHROPIC_API_KEY"));
        Files.writeString(directory.resolve("ca.crt"), "a certificate, which is not a variable");
        assertThat(Variables.of(environment()))
                .isEqualTo(Map.of("PARLEY_SECRETS", directory.toString(), "ANTHROPIC_API_KEY", "sk-1"));
    }

    @Test
    void refusesAVariableThatIsSetTwice() throws IOException {
        Files.writeString(directory.resolve("PARLEY_EDGE"), "varnish");
        assertThatThrownBy(() -> Variables.of(environment("PARLEY_EDGE", "none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PARLEY_EDGE is set twice: in the environment and by " + directory.resolve("PARLEY_EDGE"));
    }

    @Test
    void refusesAFileThatIsTooLong() throws IOException {
        Files.write(directory.resolve("PARLEY_EDGE"), new byte[Variables.FILE_BYTES_MAX + 1]);
        assertThatThrownBy(() -> Variables.of(environment())).hasMessageEndingWith("has more than 65536 bytes");
    }

    @Test
    void refusesADirectoryThatDoesNotExist() {
        Map<String, String> environment =
                Map.of("PARLEY_SECRETS", directory.resolve("missing").toString());
        assertThatThrownBy(() -> Variables.of(environment)).hasMessageEndingWith("missing is not a directory");
    }

    @Test
    void needsNoDirectory() {
        assertThat(Variables.of(Map.of("PARLEY_EDGE", "none"))).isEqualTo(Map.of("PARLEY_EDGE", "none"));
    }
}
