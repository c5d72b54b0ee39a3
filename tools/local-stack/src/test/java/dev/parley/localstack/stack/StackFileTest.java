package dev.parley.localstack.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackFileTest {
    private static final OsProcess THIS =
            OsProcess.of(ProcessHandle.current().pid()).orElseThrow();
    private static final StackFile.Entry KAFKA = new StackFile.Entry(
            "kafka",
            0,
            7,
            "then",
            9092,
            OptionalInt.empty(),
            "/tmp/kafka.log",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    @TempDir
    private Path directory;

    @Test
    void isReadByTheNextProcess() {
        StackFile.Entry gateway = entry("gateway-service", 1, THIS.pid(), THIS.started());
        StackFile file = StackFile.in(directory);
        file.add(KAFKA);
        file.add(gateway);
        assertThat(StackFile.in(directory).entries()).containsExactly(gateway, KAFKA);
    }

    /** Of a Parley that recorded neither which Claude is called, and with which key, nor the build, nor all ports. */
    @Test
    void readsTheFileOfAnEarlierOne() throws IOException {
        Files.writeString(directory.resolve("stack.json"), """
                [{"name": "kafka", "replica": 0, "pid": 7, "started": "then", "port": 9092, "management_port": null,
                  "log": "/tmp/kafka.log"}]""", UTF_8);
        assertThat(StackFile.in(directory).entries()).containsExactly(KAFKA);
    }

    @Test
    void aProcessOfAnotherBuildIsOutdated() {
        ProcessSpec planned = ProcessSpec.builder(
                        new ProcessName("redis", 0), List.of("true"), directory.resolve("log"))
                .directoryOfBuild(directory.resolve("app-2"))
                .port(1, "PORT")
                .build();
        StackFile.Entry running = StackFile.Entry.of(planned, THIS);
        StackFile.Entry earlier = entry("redis", 0, THIS.pid(), THIS.started());
        assertThat(running.outdated(planned)).isFalse();
        assertThat(earlier.outdated(planned)).isTrue();
        assertThat(entry("redis", 1, THIS.pid(), THIS.started()).outdated(planned))
                .isFalse();
    }

    @Test
    void aProcessWhoseBuildIsNotRecordedIsNotOutdated() {
        ProcessSpec planned = ProcessSpec.builder(KAFKA.processName(), List.of("true"), directory.resolve("log"))
                .directoryOfBuild(directory)
                .build();
        assertThat(KAFKA.outdated(planned)).isFalse();
    }

    @Test
    void replacesAnEarlierProcessOfTheSameName() {
        StackFile file = StackFile.in(directory);
        file.add(entry("redis", 0, 7, "then"));
        file.add(entry("redis", 0, 8, "now"));
        assertThat(file.entries()).containsExactly(entry("redis", 0, 8, "now"));
    }

    @Test
    void distinguishesALaterProcessWithTheSamePid() {
        StackFile file = StackFile.in(directory);
        file.add(entry("redis", 0, THIS.pid(), "before the last boot"));
        assertThat(file.alive()).isEmpty();
        file.add(entry("redis", 0, THIS.pid(), THIS.started()));
        assertThat(file.alive()).hasSize(1);
    }

    @Test
    void forgetsWhatHasEnded() {
        StackFile file = StackFile.in(directory);
        file.add(entry("redis", 0, THIS.pid(), "before the last boot"));
        file.add(entry("kafka", 0, THIS.pid(), THIS.started()));
        file.removeEnded();
        assertThat(StackFile.in(directory).entries()).containsExactly(entry("kafka", 0, THIS.pid(), THIS.started()));
    }

    /** Ctrl-C stops processes on a thread of its own, while another may still start them. */
    @Test
    void theLockIsAlsoHeldAgainstAnotherThread() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Queue<String> order = new ConcurrentLinkedQueue<>();
        CompletableFuture<Boolean> second = StackFile.locked(directory, () -> {}, () -> {
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                    () -> StackFile.locked(directory, waiting::countDown, () -> order.add("second")));
            awaits(waiting);
            order.add("first");
            return other;
        });
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("first", "second");
    }

    private static void awaits(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void explainsWhatToDoWithAFileThatCannotBeRead() throws IOException {
        Files.writeString(directory.resolve("stack.json"), "[{\"name\": ", UTF_8);
        assertThatThrownBy(() -> StackFile.in(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("delete the file");
    }

    /** The message of a full disk does not name it. */
    @Test
    void namesTheFileThatCannotBeWritten() throws IOException {
        Files.createDirectory(directory.resolve("stack.json.next"));
        StackFile file = StackFile.in(directory);
        assertThatThrownBy(() -> file.add(entry("redis", 0, 7, "then")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("cannot write " + directory.resolve("stack.json"));
    }

    private static StackFile.Entry entry(String name, int replica, long pid, String started) {
        return new StackFile.Entry(
                name,
                replica,
                pid,
                started,
                1,
                OptionalInt.of(2),
                "/tmp/x.log",
                Optional.of("the simulator"),
                Optional.of("0a1b2c3d"),
                Optional.of("app-1"),
                Map.of("PARLEY_GATEWAY_PORT", 1, "PARLEY_GATEWAY_MANAGEMENT_PORT", 2));
    }
}
