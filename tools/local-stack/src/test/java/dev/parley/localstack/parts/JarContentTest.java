package dev.parley.localstack.parts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JarContentTest {
    @TempDir
    private Path directory;

    @Test
    void tellsBuildsOfOneSizeAndOneTimeApart() throws IOException {
        Path one = jar("one.jar", "says one");
        Path two = jar("two.jar", "says two");
        assertThat(Files.size(one)).isEqualTo(Files.size(two));
        assertThat(JarContent.digest(one)).hasSize(16).isNotEqualTo(JarContent.digest(two));
    }

    @Test
    void isTheSameForTheSameContent() throws IOException {
        assertThat(JarContent.digest(jar("one.jar", "says one")))
                .isEqualTo(JarContent.digest(jar("other.jar", "says one")));
    }

    @Test
    void countsTheFilesBesideTheJar() throws IOException {
        Path jar = jar("one.jar", "says one");
        Path options = Files.writeString(directory.resolve("jvm.options"), "-XX:+UseG1GC");
        String before = JarContent.digest(jar, options);
        Files.writeString(options, "-XX:+UseZGC");
        assertThat(JarContent.digest(jar, options)).isNotEqualTo(before).isNotEqualTo(JarContent.digest(jar));
    }

    private Path jar(String name, String text) throws IOException {
        Path jar = directory.resolve(name);
        JarEntry entry = new JarEntry("text");
        entry.setTime(0);
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.setLevel(0);
            output.putNextEntry(entry);
            output.write(text.getBytes(UTF_8));
        }
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        return jar;
    }
}
