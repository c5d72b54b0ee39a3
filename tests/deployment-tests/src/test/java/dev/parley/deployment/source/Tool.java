package dev.parley.deployment.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that the tests run. If it is missing, tests fail with the package to install. */
public enum Tool {
    BASH("bash", "bash"),
    GIT("git", "git"),
    KUBECTL("kubectl", "kubectl"),
    COMPOSE("docker-compose", "docker-compose"),
    PROMTOOL("promtool", "prometheus");

    private static final long SECONDS_MAX = 60;

    /** Environment variables that would change the rendering. */
    private static final Pattern CHANGES_THE_RENDERING = Pattern.compile("(ANTHROPIC|COMPOSE|DOCKER|PARLEY)_.*");

    private final String command;
    private final String debianPackage;

    Tool(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    /**
     * Runs the program, for a minute at most.
     *
     * @return its standard output
     * @throws AssertionError if it is missing, or does not exit with 0
     */
    public String run(Path directory, String... arguments) {
        Outcome outcome = outcome(directory, "", arguments);
        if (outcome.exit() != 0) {
            throw new AssertionError(command + " " + String.join(" ", arguments) + " ended with " + outcome.exit()
                    + ":\n" + outcome.errors());
        }
        return outcome.output();
    }

    /** Runs the program, for a minute at most, with any exit code. */
    public Outcome outcome(Path directory, String input, String... arguments) {
        Process process = start(directory, arguments);
        try {
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process, false));
            CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> read(process, true));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " was still running after " + SECONDS_MAX + " s");
            }
            return new Outcome(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    private Process start(Path directory, String... arguments) {
        List<String> line =
                Stream.concat(Stream.of(command), Stream.of(arguments)).toList();
        ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> CHANGES_THE_RENDERING.matcher(name).matches());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    command + " is needed for this test and cannot be run: apt-get install " + debianPackage, e);
        }
    }

    private static String read(Process process, boolean errors) {
        try (var stream = errors ? process.getErrorStream() : process.getInputStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Exit code and output of a program. */
    public record Outcome(int exit, String output, String errors) {}
}
