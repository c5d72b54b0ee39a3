package dev.parley.system;

import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of this checkout, run as a process whose output goes to a file. */
final class JavaProgram {
    /** Less than the timeout of a story, which would not show what the program has printed. */
    private static final int MINUTES_MAX = 4;

    private final Path directory;
    private final Path output;
    private final Map<String, String> environment;
    private final List<String> program;

    /**
     * A program, in a working directory.
     *
     * @param program the arguments of {@code java} that select it, and its own first ones
     */
    JavaProgram(Path directory, Path output, Map<String, String> environment, String... program) {
        this.directory = directory;
        this.output = output;
        this.environment = environment;
        this.program = List.of(program);
    }

    /** The program of a module of {@code tools}, which writes its files into a directory. */
    static JavaProgram ofTool(String name, Path directory, Map<String, String> environment) {
        Path jar = Checkout.find().root().resolve("tools/" + name + "/target/" + name + "-app.jar");
        return new JavaProgram(
                directory,
                directory.resolve("output.txt"),
                environment,
                "-Djava.awt.headless=true",
                "-jar",
                jar.toString());
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(program);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs it to its end and returns the exit status. It does not outlive the story. */
    int run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try {
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                throw new AssertionError("not ended after " + MINUTES_MAX + " minutes: " + printed());
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** What the last process has printed so far. */
    String printed() throws IOException {
        return Files.readString(output);
    }
}
