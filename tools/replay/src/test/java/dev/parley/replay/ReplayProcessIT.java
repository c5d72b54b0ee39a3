package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The executable jar in pipes, on a terminal, and interrupted. */
class ReplayProcessIT extends OnLocalKafka {
    private static final long POLL_NANOS = 20_000_000;

    /** The records of {@code chat.requests}: 256 MiB, more than the heap of the process. */
    private static final int LARGE_RECORDS = 32;

    private static final int LARGE_BYTES = 8 * 1024 * 1024;

    @BeforeAll
    void publish() {
        String image = "{\"image\":\"" + "iVBORw0KGgo".repeat(LARGE_BYTES / 11 - 10) + "\"}";
        try (Publisher publisher = Publisher.plain(kafka)) {
            for (int i = 0; i < LARGE_RECORDS; i++) {
                publisher.raw("chat.requests", 1, ("key " + i).getBytes(UTF_8), image.getBytes(UTF_8));
            }
            publisher.golden("delta-frames", 5);
            publisher.golden("delta-last", 5);
        }
    }

    @Test
    void writesNothingButRecordsToAPipe() throws InterruptedException {
        try (var replay = ReplayProcess.start(kafka, "chat.deltas")) {
            assertThat(replay.output().lines())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(
                                    JsonMapper.shared().readTree(line).isObject())
                            .isTrue());
            assertThat(replay.errors()).startsWith("replay: ").hasLineCount(1);
            assertThat(replay.exit()).isEqualTo(0);
        }
    }

    @Test
    void exitsWithoutErrorWhenThePipeIsClosed() throws InterruptedException {
        try (var shell =
                ReplayProcess.startInShell(kafka, "$REPLAY chat.requests | head -c 23; echo; echo ${PIPESTATUS[0]}")) {
            assertThat(shell.output()).isEqualTo("{\"topic\":\"chat.requests\n0\n");
            assertThat(shell.errors()).isEmpty();
            assertThat(shell.exit()).isEqualTo(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-o >(cat)", "-o /dev/stdout | cat", "-o /dev/stdout --force | cat"})
    void writesToAPipeThatHasAName(String output) throws InterruptedException {
        try (var shell = ReplayProcess.startInShell(kafka, "$REPLAY chat.deltas " + output)) {
            assertThat(shell.output().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"topic\""));
            assertThat(shell.errors()).startsWith("replay: 2 of 2 records").hasLineCount(1);
        }
    }

    @Test
    void exitsWithoutErrorWhenANamedPipeIsClosed() throws InterruptedException {
        try (var shell = ReplayProcess.startInShell(
                kafka, "$REPLAY chat.requests -o /dev/stdout | head -c 23; echo; echo ${PIPESTATUS[0]}")) {
            assertThat(shell.output()).isEqualTo("{\"topic\":\"chat.requests\n0\n");
            assertThat(shell.errors()).isEmpty();
        }
    }

    @Test
    void failsWhenTheDiskIsFull() throws InterruptedException {
        try (var shell = ReplayProcess.startInShell(kafka, "$REPLAY chat.deltas > /dev/full")) {
            assertThat(shell.exit()).isEqualTo(1);
            assertThat(shell.errors()).startsWith("replay: cannot write: ").hasLineCount(1);
        }
    }

    @Test
    void leavesNoFileWhenInterrupted() throws IOException, InterruptedException {
        Path file = folder.resolve("interrupted.jsonl");
        try (var replay = ReplayProcess.start(kafka, "chat.requests", "-o", file.toString())) {
            await(() -> unfinished().stream().anyMatch(path -> path.toFile().length() > 0));
            replay.interrupt();
            assertThat(replay.exit()).isEqualTo(130);
        }
        assertThat(file).doesNotExist();
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void followsUntilItIsInterrupted() throws IOException, InterruptedException {
        try (var replay = ReplayProcess.start(kafka, "chat.commands", "--follow");
                Publisher publisher = Publisher.plain(kafka)) {
            publisher.golden("CancelRequested.v1", 0);
            assertThat(replay.nextLine()).contains("dev.parley.CancelRequested.v1");
            publisher.golden("CancelRequested.v1", 2);
            assertThat(replay.nextLine()).contains("\"partition\":2");

            replay.interrupt();
            replay.exit();
            assertThat(replay.errors()).startsWith("replay: ").hasLineCount(1);
        }
    }

    @Test
    void completesAFollowedFileWhenInterrupted() throws IOException, InterruptedException {
        Path file = folder.resolve("followed.jsonl");
        try (var replay = ReplayProcess.start(kafka, "chat.deltas", "--follow", "-o", file.toString())) {
            await(() -> unfinished().stream().anyMatch(path -> path.toFile().length() > 0));
            replay.interrupt();
            replay.exit();
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void exportsATopicLargerThanItsHeapWithAProgressBarOnTheTerminal() throws IOException, InterruptedException {
        Path file = folder.resolve("requests.jsonl");
        try (var terminal =
                ReplayProcess.startInShell(kafka, "script -qec \"$REPLAY chat.requests -o " + file + "\" /dev/null")) {
            assertThat(terminal.output())
                    .contains("chat.requests [####")
                    .contains(" of " + LARGE_RECORDS + " read")
                    .contains("\r\u001b[Kreplay: " + LARGE_RECORDS + " of " + LARGE_RECORDS + " records");
            assertThat(terminal.exit()).isEqualTo(0);
        }
        assertThat(Files.size(file)).isGreaterThan((long) LARGE_RECORDS * (LARGE_BYTES - 1000));
    }

    @Test
    void showsRecordsWithoutAProgressBarOnATerminal() throws InterruptedException {
        try (var terminal = ReplayProcess.startInShell(kafka, "script -qec \"$REPLAY chat.deltas\" /dev/null")) {
            assertThat(terminal.output()).contains("message_start").doesNotContain("\u001b[K");
            assertThat(terminal.exit()).isEqualTo(0);
        }
    }

    private List<Path> unfinished() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".unfinished")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits up to 20 seconds. */
    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("in time").isBefore(deadline);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
