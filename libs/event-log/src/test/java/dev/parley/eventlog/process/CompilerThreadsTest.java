package dev.parley.eventlog.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerThreadsTest {
    private static final Path THREADS = Path.of("/proc/self/task");

    /** Of proc_pid_stat(5), counted from the field after the name. */
    private static final int NICE = 16;

    @TempDir
    private Path listed;

    @Test
    void lowersThePriorityOfTheOptimizingCompilerOnly() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try {
            String compiler = running(end);
            String other = running(end);
            list(compiler, "C2 CompilerThre");
            list(other, "C1 CompilerThre");
            int before = nice(other);

            int lowered = CompilerThreads.lower(listed);

            assertThat(lowered).isEqualTo(1);
            assertThat(nice(compiler)).isEqualTo(before + 5);
            assertThat(nice(other)).isEqualTo(before);
        } finally {
            end.countDown();
        }
    }

    @Test
    void changesNothingWithoutAList() {
        assertThat(CompilerThreads.lower(listed.resolve("absent"))).isZero();
    }

    /** The id of a thread that runs until the latch opens. */
    private static String running(CountDownLatch end) {
        CompletableFuture<String> id = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                id.complete(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                        .getFileName()
                        .toString());
                end.await();
            } catch (IOException | InterruptedException e) {
                id.completeExceptionally(e);
            }
        });
        return id.join();
    }

    private void list(String thread, String name) throws IOException {
        Path copy = Files.createDirectory(listed.resolve(thread));
        Files.writeString(copy.resolve("comm"), name + "\n");
        Files.copy(THREADS.resolve(thread).resolve("stat"), copy.resolve("stat"));
    }

    private static int nice(String thread) throws IOException {
        String stat = Files.readString(THREADS.resolve(thread).resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
    }
}
