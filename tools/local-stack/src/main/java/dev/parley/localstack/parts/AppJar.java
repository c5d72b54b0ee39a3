package dev.parley.localstack.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * An executable jar, set aside before it is run, so that a build can replace it while the application runs. One of Spring
 * Boot, which has jars in it, is unpacked into plain jars: that starts faster, and only those can have an AOT cache.
 *
 * @param directory where it is unpacked, named for what is in it
 */
record AppJar(Path jar, Path directory) {
    private static final String PREFIX = "app-";
    private static final String NAME = "app.jar";
    private static final int EXTRACT_SECONDS_MAX = 60;

    /**
     * The one that the build has made of a module.
     *
     * @param module its directory in the checkout, whose last part is its name
     * @param options files beside it that decide how it is run
     */
    static AppJar of(Checkout checkout, String module, Path... options) {
        Path target = checkout.root().resolve(module).resolve("target");
        Path jar = target.resolve(Path.of(module).getFileName() + "-app.jar");
        try {
            return new AppJar(jar, target.resolve(PREFIX + JarContent.digest(jar, options)));
        } catch (IOException e) {
            throw new IllegalStateException(jar + " is missing: build with ./parley, or with mvn package", e);
        }
    }

    /**
     * The command that runs it in its directory, as an image does. The jar's path is relative: an AOT cache has the paths of
     * its training, and a class from the cache has no code source where its path leads nowhere.
     */
    List<String> command(List<String> flags) {
        return Jvm.command(flags, Path.of(NAME));
    }

    /**
     * The AOT cache of what is in this jar for the JVM that this process runs on, whether it has been made or not. The JVM
     * refuses the cache of jars with another size or time; all builds of ours have one time, so it would run the classes of a
     * build that happens to have the same size.
     */
    Path cache() {
        return directory.resolve("app-" + Runtime.version() + ".aot");
    }

    /** Does so, unless it has been done. Several processes may do it at the same time. */
    void setAside() throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path unpacked = Files.createTempDirectory(jar.getParent(), "unpacking-");
        if (hasJars()) {
            run(Jvm.command(
                    List.of(Jvm.COMPILED_QUICKLY, "-Djarmode=tools"),
                    jar,
                    "extract",
                    "--force",
                    "--application-filename",
                    NAME,
                    "--destination",
                    unpacked.toString()));
        } else {
            Files.copy(jar, unpacked.resolve(NAME));
        }
        forgetOlderBuilds();
        try {
            Files.move(unpacked, directory);
        } catch (IOException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
            delete(unpacked);
        }
    }

    private boolean hasJars() throws IOException {
        try (JarFile content = new JarFile(jar.toFile())) {
            return content.getEntry("BOOT-INF/") != null;
        }
    }

    private void run(List<String> command) throws IOException {
        Path output = Files.createTempFile("parley-extract-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(EXTRACT_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(jar + " cannot be unpacked: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while unpacking " + jar, e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** A running application may still need the jars that it was started from. */
    private void forgetOlderBuilds() throws IOException {
        try (Stream<Path> siblings = Files.list(jar.getParent())) {
            siblings.filter(sibling -> sibling.getFileName().toString().startsWith(PREFIX))
                    .filter(sibling -> !sibling.equals(directory))
                    .filter(sibling -> !inUse(sibling))
                    .forEach(AppJar::delete);
        }
    }

    private static boolean inUse(Path directory) {
        return ProcessHandle.allProcesses().anyMatch(process -> runsIn(directory, process.pid()));
    }

    private static boolean runsIn(Path directory, long pid) {
        try {
            return Files.isSameFile(directory, Path.of("/proc", Long.toString(pid), "cwd"));
        } catch (IOException e) {
            // It has ended, or is another user's.
            return false;
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
