package dev.parley.localstack.servers;

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

final class AppJarTest {
    @TempDir
    private Path directory;

    @Test
    void digestDistinguishesBuildsOfOneSizeAndOneTime() throws IOException {
        Path one = jar("one.jar", "says one");
        Path two = jar("two.jar", "says two");
        assertThat(Files.size(one)).isEqualTo(Files.size(two));
        assertThat(AppJar.digest(one)).isNotEqualTo(AppJar.digest(two));
    }

    @Test
    void digestIsTheSameForTheSameContent() throws IOException {
        assertThat(AppJar.digest(jar("one.jar", "says one"))).isEqualTo(AppJar.digest(jar("other.jar", "says one")));
    }

    @Test
    void digestIncludesTheFilesBesideTheJar() throws IOException {
        Path jar = jar("one.jar", "says one");
        Path options = Files.writeString(directory.resolve("jvm.options"), "-XX:+UseG1GC");
        String before = AppJar.digest(jar, options);
        Files.writeString(options, "-XX:+UseZGC");
        assertThat(AppJar.digest(jar, options)).isNotEqualTo(before).isNotEqualTo(AppJar.digest(jar));
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
