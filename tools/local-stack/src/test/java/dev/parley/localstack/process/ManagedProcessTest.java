package dev.parley.localstack.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManagedProcessTest {
    private static final String SLEEP = "exec sleep 60";

    private final Path directory;
    private ManagedProcess process;

    ManagedProcessTest(@TempDir Path directory) {
        this.directory = directory;
        this.process = process(SLEEP, () -> true);
    }

    @AfterEach
    void end() {
        process.crash();
    }

    @Test
    void runsUntilItIsStopped() {
        process.start();
        assertThat(process.alive()).isTrue();
        process.stop();
        assertThat(process.alive()).isFalse();
    }

    @Test
    void namesItselfWithTheEndOfItsLogOnceItHasEnded() {
        process = process("echo ready; " + SLEEP, this::logSaysReady);
        assertThat(process.failure()).isEmpty();
        process.start();
        assertThat(process.failure()).isEmpty();
        process.crash();
        assertThat(process.failure())
                .hasValueSatisfying(message -> assertThat(message)
                        .startsWith(process.name() + " has ended.")
                        .contains(process.log().toString())
                        .endsWith("ready"));
    }

    @Test
    void isReplacedByAnotherVersionOfItself() throws IOException {
        process.start();
        process.replace(process("echo ready; " + SLEEP, this::logSaysReady).spec());
        assertThat(process.alive()).isTrue();
        assertThat(log()).startsWith("ready");
        ProcessSpec other = ProcessSpec.builder(new ProcessName("other", 0), List.of("true"), process.log())
                .build();
        assertThatThrownBy(() -> process.replace(other)).hasMessageContaining("other-0");
    }

    /** Linux without this feature shares the processors between threads. */
    @Test
    void isBehindOthersOnceItIsReady() throws IOException {
        ProcessSpec spec = ProcessSpec.builder(
                        new ProcessName("thing", 0), List.of("/bin/sh", "-c", SLEEP), directory.resolve("thing.log"))
                .behindOthers(true)
                .build();
        process = new ManagedProcess(spec);
        process.start();
        String own = "/proc/" + process.running().pid() + "/autogroup";
        if (Files.exists(Path.of("/proc/self/autogroup"))) {
            assertThat(Path.of(own)).content().contains("nice 5");
        }
    }

    @Test
    void endsAtOnceWhenItIsKilledEvenIfItIgnoresSignals() {
        process = process("trap '' TERM; echo ready; while :; do sleep 1; done", this::logSaysReady);
        process.start();
        process.crash();
        assertThat(process.alive()).isFalse();
    }

    @Test
    void isStoppedByTheKernelWhilePaused() {
        process.start();
        process.pause();
        assertThat(state()).isEqualTo('T');
        process.resume();
        assertThat(state()).isNotEqualTo('T');
    }

    @Test
    void itsChildrenArePausedWithIt() throws IOException {
        process = process("sleep 60 & echo $!; echo ready; wait", this::logSaysReady);
        process.start();
        long child = Long.parseLong(log().lines().findFirst().orElseThrow());
        process.pause();
        awaitState(child, 'T');
        process.resume();
        awaitState(child, 'S');
        assertThat(ProcessHandle.of(child)).hasValueSatisfying(ProcessHandle::destroyForcibly);
    }

    @Test
    void isStoppedEvenWhilePaused() {
        process.start();
        process.pause();
        process.stop();
        assertThat(process.alive()).isFalse();
    }

    @Test
    void isAnotherProcessAfterARestart() {
        process.start();
        OsProcess first = process.running();
        process.restart();
        assertThat(process.running()).isNotEqualTo(first);
    }

    @Test
    void showsItsLogIfItEndsBeforeItIsReady() {
        process = process("echo no luck; exit 3", () -> false);
        assertThatThrownBy(process::start)
                .isInstanceOf(ProcessFailedException.class)
                .hasMessageContaining("thing-0")
                .hasMessageContaining("ended ")
                .hasMessageContaining("no luck");
    }

    /** As when its port is in use, by a program that passes the probe. */
    @Test
    void isNotReadyOnceItHasEnded() {
        process = process(SLEEP, () -> {
            process.crash();
            return true;
        });
        assertThatThrownBy(process::start)
                .isInstanceOf(ProcessFailedException.class)
                .hasMessageContaining("thing-0 ended before it was ready");
    }

    @Test
    void showsItsLogIfItIsNotReadyInTime() {
        process = process("echo busy; " + SLEEP, () -> false);
        assertThatThrownBy(process::start)
                .isInstanceOf(ProcessFailedException.class)
                .hasMessageContaining("not ready after 1 s")
                .hasMessageContaining("busy");
        assertThat(process.alive()).isTrue();
    }

    @Test
    void seesItsOwnVariablesAndInheritsOthers() throws IOException {
        process = process("echo \"given $GIVEN path ${PATH:+inherited}\"; echo ready; " + SLEEP, this::logSaysReady);
        process.start();
        assertThat(log()).contains("given this path inherited");
    }

    @Test
    void inheritsNoCredentials() {
        Map<String, String> environment =
                new HashMap<>(Map.of("ANTHROPIC_API_KEY", "sk", "AWS_PROFILE", "live", "GIVEN", "that", "HOME", "/"));
        process.spec().complete(environment);
        assertThat(environment).isEqualTo(Map.of("GIVEN", "this", "HOME", "/"));
    }

    @Test
    void runsInTheDirectoryOfItsDescription() throws IOException {
        process = process("pwd; echo ready; " + SLEEP, this::logSaysReady);
        process.start();
        assertThat(log()).startsWith(directory.toRealPath() + "\n");
    }

    @Test
    void hasASessionOfItsOwn() {
        process = process("echo ready; " + SLEEP, this::logSaysReady);
        process.start();
        long pid = process.running().pid();
        assertThat(OsProcess.stat(pid).orElseThrow()).element(3).isEqualTo(Long.toString(pid));
    }

    private static void awaitState(long pid, char state) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (state(pid) != state && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(state(pid)).isEqualTo(state);
    }

    private char state() {
        return state(process.running().pid());
    }

    private static char state(long pid) {
        return OsProcess.stat(pid).orElseThrow().getFirst().charAt(0);
    }

    private boolean logSaysReady() {
        try {
            return log().contains("ready");
        } catch (IOException e) {
            return false;
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("thing.log"), UTF_8);
    }

    private ManagedProcess process(String script, BooleanSupplier readiness) {
        List<String> command = List.of("/bin/sh", "-c", script);
        return new ManagedProcess(
                ProcessSpec.builder(new ProcessName("thing", 0), command, directory.resolve("thing.log"))
                        .environment(Map.of("GIVEN", "this"))
                        .directory(directory)
                        .readiness(readiness, Duration.ofSeconds(1))
                        .build());
    }
}
