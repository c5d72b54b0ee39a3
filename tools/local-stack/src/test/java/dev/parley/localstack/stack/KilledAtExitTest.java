package dev.parley.localstack.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to a JVM that starts a system, most processes of which wait until others are ready. */
final class KilledAtExitTest {
    private static final int AT_A_TIME = Runtime.getRuntime().availableProcessors() + 1;
    private static final long WITHIN_SECONDS = 30;

    @TempDir
    private Path directory;

    @AfterEach
    void end() {
        processes().forEach(ProcessHandle::destroyForcibly);
    }

    @RepeatedTest(5)
    void nothingIsStartedAnyMore() throws Exception {
        terminateWhileStarting(System.getenv("PATH"));
        assertThat(processes()).isEmpty();
    }

    /** The first cannot: the {@code sh} that is needed is installed afterwards. */
    @Test
    void theOthersAreKilledIfOneCannotBe() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        install(programs.resolve("setsid"));
        install(programs.resolve("sleep"));
        String errors = terminateWhileStarting(
                programs.toString(), programs.resolve("sh").toString());
        assertThat(processes()).hasSize(1);
        assertThat(errors).containsOnlyOnce(" still runs: cannot send SIGKILL to process ");
    }

    /** As while a service writes its AOT cache, in a process of its own. */
    @Test
    void aStopThatWaitsDelaysNothing() throws Exception {
        Process jvm = java(Stopping.class).start();
        try (BufferedReader lines = jvm.inputReader(UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("asked to end");
            jvm.destroy();
            assertThat(jvm.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
        assertThat(processes()).isEmpty();
    }

    /** Stops a process that does not end, and prints a line once it is asked to. */
    static final class Stopping {
        private static final String IGNORE =
                "trap 'touch asked' TERM; sleep 60 & touch ready;" + " while kill -0 $! 2>/dev/null; do wait $!; done";

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            ProcessSpec spec = ProcessSpec.builder(
                            new ProcessName("kafka", 0), List.of("sh", "-c", IGNORE), directory.resolve("log"))
                    .directory(directory)
                    .readiness(() -> Files.exists(directory.resolve("ready")))
                    .build();
            ManagedProcess process = new ManagedProcess(spec).killAtExit();
            process.start();
            var _ = Thread.startVirtualThread(() -> {
                while (!Files.exists(directory.resolve("asked"))) {
                    Thread.onSpinWait();
                }
                System.out.println("asked to end");
            });
            process.stop(Duration.ofMinutes(5));
        }
    }

    /** A JVM with this main class, whose argument is the directory. */
    private ProcessBuilder java(Class<?> main, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command);
    }

    /** Runs {@link #main} with this {@code PATH}, and returns its errors. */
    private String terminateWhileStarting(String path, String... more) throws Exception {
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = java(KilledAtExitTest.class, more).redirectError(errors.toFile());
        builder.environment().put("PATH", path);
        Process jvm = builder.start();
        try (BufferedReader started = jvm.inputReader(UTF_8)) {
            for (int i = 0; i < AT_A_TIME; i++) {
                assertThat(started.readLine()).startsWith("kafka-");
            }
            jvm.destroy();
            assertThat(jvm.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
        return Files.readString(errors, UTF_8);
    }

    /** Of the system: those that run in the directory. */
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::runsHere).toList();
    }

    private boolean runsHere(ProcessHandle process) {
        try {
            return Files.isSameFile(directory, Path.of("/proc", Long.toString(process.pid()), "cwd"));
        } catch (IOException e) {
            // It has ended.
            return false;
        }
    }

    /**
     * Starts a system that does not become ready, and prints the name of each process.
     *
     * @param arguments the directory that it runs in, and perhaps a program to install when an error is printed
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        if (arguments.length > 1) {
            System.setErr(new PrintStream(System.err, true, UTF_8) {
                @Override
                public void println(String line) {
                    super.println(line);
                    install(Path.of(arguments[1]));
                }
            });
        }
        List<ProcessSpec> plan = IntStream.range(0, 4 * AT_A_TIME)
                .mapToObj(number -> ProcessSpec.builder(
                                new ProcessName("kafka", number), List.of("sleep", "60"), directory.resolve("log"))
                        .directory(directory)
                        .readiness(() -> false)
                        .build())
                .toList();
        new Supervisor(plan, new StackSettings())
                .killAtExit()
                .start((spec, _) -> System.out.println(spec.name()), (_, _) -> {});
    }

    /** A script that executes the program of the same name in {@code /usr/bin}. */
    private static void install(Path program) {
        try {
            Files.writeString(program, "#!/bin/sh\nexec /usr/bin/" + program.getFileName() + " \"$@\"\n", UTF_8);
            assertThat(program.toFile().setExecutable(true)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
