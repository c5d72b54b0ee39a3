package dev.parley.system;

import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The release in {@code tests/previous-release}, or an earlier one, built from its sources in git below {@code target/}.
 * The build takes minutes and is kept. Maven needs no network if the libraries are those of this build.
 */
final class PreviousRelease {
    private static final String SERVICES = "gateway-service,inference-service,cache-service,persistence-worker";
    private static final long BUILT_WITHIN_MINUTES = 15;

    private PreviousRelease() {}

    /** Its checkout, built. */
    static Checkout checkout() throws Exception {
        return checkout(commit(Checkout.find().root().resolve("tests/previous-release")));
    }

    /** The checkout of an earlier release, built. */
    static Checkout checkout(String commit) throws Exception {
        return checkout(Checkout.find().root(), commit, Path.of("target"));
    }

    /** The commit in a file of one line and comments. */
    static String commit(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(file + " names no commit"));
    }

    static Checkout checkout(Path repository, String commit, Path target) throws Exception {
        Path log = Files.createDirectories(target.toAbsolutePath()).resolve("previous-release.log");
        Path directory = target.toAbsolutePath().resolve("previous-release").resolve(commit);
        Path built = directory.resolve("target/built");
        if (!Files.exists(built)) {
            extract(repository, commit, directory, log);
            build(directory, log);
            Files.createDirectories(built.getParent());
            Files.createFile(built);
        }
        return new Checkout(directory);
    }

    private static void extract(Path repository, String commit, Path directory, Path log) throws Exception {
        if (!succeeds(repository, log, "git", "cat-file", "-e", commit + "^{commit}")) {
            throw new IllegalStateException("The earlier release, commit " + commit
                    + ", is not in this clone; it may be shallow. Fetch it: git fetch --depth 1 origin " + commit);
        }
        Files.createDirectories(directory);
        Path sources = directory.resolve("sources.tar");
        require(repository, log, "git", "archive", "--output=" + sources, commit);
        require(directory, log, "tar", "-xf", sources.toString());
        Files.delete(sources);
    }

    /** As {@code ./parley up} builds it. */
    private static void build(Path directory, Path log) throws Exception {
        require(
                directory,
                log,
                "mvn",
                "--batch-mode",
                "package",
                "--projects",
                SERVICES,
                "--also-make",
                "-DskipTests",
                "-Dspotless.check.skip");
    }

    private static void require(Path directory, Path log, String... command) throws Exception {
        if (!succeeds(directory, log, command)) {
            throw new IllegalStateException(String.join(" ", command) + " failed; its output is in " + log);
        }
    }

    private static boolean succeeds(Path directory, Path log, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        if (!process.waitFor(BUILT_WITHIN_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            throw new IllegalStateException(String.join(" ", command) + " has not ended; its output is in " + log);
        }
        return process.exitValue() == 0;
    }
}
