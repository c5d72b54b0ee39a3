package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The executable jar as a process, with the JVM options of {@code ./parley replay} and a heap of 192 MiB. */
final class ReplayProcess implements AutoCloseable {
    private static final int SECONDS_MAX = 60;

    private final Process process;
    private final CompletableFuture<String> errors;

    private ReplayProcess(Process process) {
        this.process = process;
        this.errors = CompletableFuture.supplyAsync(() -> text(process.errorReader(UTF_8)));
    }

    static ReplayProcess start(String bootstrapServers, String... arguments) {
        List<String> command = new ArrayList<>(command());
        command.addAll(List.of(arguments));
        return start(bootstrapServers, command);
    }

    /** Runs a shell script in which {@code $REPLAY} is the command. */
    static ReplayProcess startInShell(String bootstrapServers, String shell) {
        return start(bootstrapServers, List.of("bash", "-c", shell));
    }

    private static ReplayProcess start(String bootstrapServers, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        builder.environment().put("REPLAY", String.join(" ", command()));
        try {
            return new ReplayProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command() {
        return List.of(
                // A shell that runs the tests in the background makes them ignore SIGINT.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-jar",
                Path.of("target", "replay-app.jar").toAbsolutePath().toString());
    }

    /** Waits for the next line of the output. */
    String nextLine() throws IOException {
        return String.valueOf(process.inputReader(UTF_8).readLine());
    }

    String output() {
        return text(process.inputReader(UTF_8));
    }

    String errors() {
        return errors.join();
    }

    /** Waits up to 60 seconds for the exit status. */
    int exit() throws InterruptedException {
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running");
        }
        return process.exitValue();
    }

    /** Sends SIGINT, as Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String text(BufferedReader reader) {
        try (reader) {
            return reader.readAllAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
