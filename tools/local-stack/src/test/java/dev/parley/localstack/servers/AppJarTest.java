package dev.parley.localstack.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    @Test
    void aCopyIsNeverOfAnotherBuildThanItsName() throws IOException {
        Checkout checkout = new Checkout(directory);
        Files.createDirectories(directory.resolve("tools/x/target"));
        jar("tools/x/target/x-app.jar", "says one");
        AppJar one = AppJar.of(checkout, "tools/x");
        jar("tools/x/target/x-app.jar", "says two");
        assertThatThrownBy(one::unpack).isInstanceOf(IOException.class).hasMessageContaining("built again");
        AppJar two = AppJar.of(checkout, "tools/x");
        two.unpack();
        assertThat(AppJar.digest(two.directory().resolve("app.jar"))).isEqualTo(AppJar.digest(two.jar()));
        assertThat(two.jar().getParent()).isDirectoryNotContaining("regex:.*/unpacking-.*");
        assertThat(one.directory()).doesNotExist();
    }

    /** An AOT cache is of a jar with this time, and images unpack the jar without local-stack. */
    @Test
    void aCopyHasTheTimeOfItsJar() throws IOException {
        Files.createDirectories(directory.resolve("tools/x/target"));
        jar("tools/x/target/x-app.jar", "says one");
        AppJar jar = AppJar.of(new Checkout(directory), "tools/x");
        jar.unpack();
        assertThat(Files.getLastModifiedTime(jar.directory().resolve("app.jar")))
                .isEqualTo(Files.getLastModifiedTime(jar.jar()));
    }

    @Test
    void severalCommandsMayUnpackOneBuildAtATime() throws Exception {
        Files.createDirectories(directory.resolve("tools/x/target"));
        jar("tools/x/target/x-app.jar", "says one");
        AppJar jar = AppJar.of(new Checkout(directory), "tools/x");
        Callable<String> command = () -> {
            jar.unpack();
            return AppJar.digest(jar.directory().resolve("app.jar"));
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> digest : threads.invokeAll(Collections.nCopies(20, command))) {
                assertThat(digest.get()).isEqualTo(AppJar.digest(jar.jar()));
            }
        }
        assertThat(jar.jar().getParent()).isDirectoryNotContaining("regex:.*/unpacking-.*");
    }

    @Test
    void whatAKilledCommandHasUnpackedIsDeleted() throws Exception {
        Process killed = new ProcessBuilder("true").start();
        assertThat(killed.waitFor()).isZero();
        Path target = Files.createDirectories(directory.resolve("tools/x/target"));
        Path left = Files.createDirectories(target.resolve("unpacking-" + killed.pid() + "-1/lib"));
        Path leftByAnEarlierParley = Files.createDirectory(target.resolve("unpacking-18446744073709551615"));
        Path ofAnother = Files.createDirectory(
                target.resolve("unpacking-" + ProcessHandle.current().pid() + "-1"));
        jar("tools/x/target/x-app.jar", "says one");
        AppJar.of(new Checkout(directory), "tools/x").unpack();
        assertThat(left.getParent()).doesNotExist();
        assertThat(leftByAnEarlierParley).doesNotExist();
        assertThat(ofAnother).exists();
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
