package dev.parley.localstack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckoutTest {
    @TempDir
    private Path directory;

    private Path target = Path.of("");

    @BeforeEach
    void makeTheDirectoryOfTheBuild() throws IOException {
        target = directory.resolve("tools/local-stack/servers/kafka/target");
        Files.createDirectories(target.resolve("lib"));
        for (String jar : new String[] {"local-kafka.jar", "x-1.jar", "x-2.jar", "y-1.jar"}) {
            Files.createFile(target.resolve("lib").resolve(jar));
        }
    }

    /** After an update of x, whose earlier jar stays in the directory. */
    @Test
    void aServerRunsWithTheJarsOfTheBuildOnly() throws IOException {
        Files.writeString(target.resolve("class-path"), "lib/x-2.jar:lib/y-1.jar");
        assertThat(new Checkout(directory).kafkaClassPath())
                .isEqualTo(target + "/lib/local-kafka.jar:" + target + "/lib/x-2.jar:" + target + "/lib/y-1.jar");
    }

    @Test
    void aServerThatIsNotBuiltIsReported() {
        assertThatThrownBy(() -> new Checkout(directory).kafkaClassPath())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is missing: build with ./parley");
    }
}
