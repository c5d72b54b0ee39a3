package dev.parley.localstack.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartTest {
    /** Where the part of {@code /proc/PID/stat} after the command's name has it (proc_pid_stat(5)). */
    private static final int NICE = 16;

    private static final String SLEEP = "exec sleep 60";

    private final Path directory;
    private Part part;

    PartTest(@TempDir Path directory) {
        this.directory = directory;
        this.part = part(SLEEP, () -> true);
    }

    @AfterEach
    void end() {
        part.crash();
    }

    @Test
    void runsUntilItIsStopped() {
        part.start();
        assertThat(part.alive()).isTrue();
        part.stop();
        assertThat(part.alive()).isFalse();
    }

    @Test
    void endsAtOnceWhenItIsCrashedEvenIfItWouldNotListen() {
        part = part("trap '' TERM; echo ready; while :; do sleep 1; done", this::logSaysReady);
        part.start();
        part.crash();
        assertThat(part.alive()).isFalse();
    }

    @Test
    void standsStillWhilePaused() throws IOException {
        part.start();
        part.pause();
        assertThat(state()).isEqualTo('T');
        part.resume();
        assertThat(state()).isNotEqualTo('T');
    }

    @Test
    void isStoppedEvenWhilePaused() {
        part.start();
        part.pause();
        part.stop();
        assertThat(part.alive()).isFalse();
    }

    @Test
    void isAnotherProcessAfterARestart() {
        part.start();
        OsProcess first = part.running();
        part.restart();
        assertThat(part.running()).isNotEqualTo(first);
    }

    @Test
    void showsItsLogIfItEndsBeforeItIsReady() {
        part = part("echo no luck; exit 3", () -> false);
        assertThatThrownBy(part::start)
                .isInstanceOf(PartFailedException.class)
                .hasMessageContaining("thing-0")
                .hasMessageContaining("ended ")
                .hasMessageContaining("no luck");
    }

    @Test
    void showsItsLogIfItIsNotReadyInTime() {
        part = part("echo busy; " + SLEEP, () -> false);
        assertThatThrownBy(part::start)
                .isInstanceOf(PartFailedException.class)
                .hasMessageContaining("not ready after 1 s")
                .hasMessageContaining("busy");
        assertThat(part.alive()).isTrue();
    }

    @Test
    void seesWhatItIsGivenAndNotWhatIsWithheld() throws IOException {
        part = part("echo \"given $GIVEN home ${HOME-none}\"; echo ready; " + SLEEP, this::logSaysReady);
        part.start();
        assertThat(log()).contains("given this home none");
    }

    @Test
    void runsInTheDirectoryOfItsPlan() throws IOException {
        part = part("pwd; echo ready; " + SLEEP, this::logSaysReady);
        part.start();
        assertThat(log()).startsWith(directory.toRealPath() + "\n");
    }

    @Test
    void hasASessionOfItsOwn() throws IOException {
        part = part("echo ready; " + SLEEP, this::logSaysReady);
        part.start();
        String[] stat = Files.readString(
                        Path.of("/proc", Long.toString(part.running().pid()), "stat"))
                .split(" ", -1);
        String session = stat[5];
        assertThat(session).isEqualTo(Long.toString(part.running().pid()));
    }

    @Test
    void yieldsToOthersIfItsPlanSaysSo() throws IOException {
        part = part("echo ready; " + SLEEP, this::logSaysReady, true);
        part.start();
        Path process = Path.of("/proc", Long.toString(part.running().pid()));
        String stat = Files.readString(process.resolve("stat"));
        assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE])
                .isEqualTo("10");
        Path group = process.resolve("autogroup");
        if (Files.exists(group)) {
            assertThat(Files.readString(group)).endsWith("nice 10\n");
        }
    }

    private char state() throws IOException {
        String stat =
                Files.readString(Path.of("/proc", Long.toString(part.running().pid()), "stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
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

    private Part part(String script, Readiness readiness) {
        return part(script, readiness, false);
    }

    private Part part(String script, Readiness readiness, boolean yields) {
        return new Part(new PartPlan(
                new PartName("thing", 0),
                List.of("/bin/sh", "-c", script),
                Map.of("GIVEN", "this"),
                Set.of("HOME"),
                directory.resolve("thing.log"),
                Preparation.NONE,
                readiness,
                Duration.ofSeconds(1),
                yields,
                directory));
    }
}
