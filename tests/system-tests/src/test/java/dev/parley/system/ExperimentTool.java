package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.servers.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program behind {@code ./parley experiment} and {@code ./parley router}, as a process. */
final class ExperimentTool {
    private static final int MINUTES_MAX = 5;

    private final LocalStack stack;
    private final Path directory;

    /** A program that writes its files into a directory. */
    ExperimentTool(LocalStack stack, Path directory) {
        this.stack = stack;
        this.directory = directory;
    }

    /** Starts it. Its output goes to {@link #output()}. */
    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "-jar",
                Checkout.find()
                        .root()
                        .resolve("tools/experiment/target/experiment-app.jar")
                        .toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output().toFile());
        builder.environment().put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", stack.kafka());
        builder.environment().put("ANTHROPIC_BASE_URL", stack.simulator().toString());
        builder.environment().put("ANTHROPIC_API_KEY", "simulated");
        return builder.start();
    }

    /** Runs it to its end and returns the exit status. */
    int run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("not ended after " + MINUTES_MAX + " minutes: " + Files.readString(output()));
        }
        return process.exitValue();
    }

    /** What the last process has printed. */
    Path output() {
        return directory.resolve("output.txt");
    }
}
