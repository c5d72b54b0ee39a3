package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The jar among other programs: in pipes, on a terminal, interrupted, with a heap of 192 MB. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class ReplayProcessIT {
    private static final long POLL_NANOS = 20_000_000;
    private static final int LARGE_RECORDS = 60;
    private static final int LARGE_BYTES = 8 * 1024 * 1024;

    private final LocalKafka kafka = LocalKafka.start().withTopics();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    void publish() {
        String image = "{\"image\":\"" + "iVBORw0KGgo".repeat(LARGE_BYTES / 11 - 10) + "\"}";
        try (Publisher publisher = Publisher.plain(kafka.bootstrapServers())) {
            for (int i = 0; i < LARGE_RECORDS; i++) {
                publisher.raw("chat.requests", 1, ("key " + i).getBytes(UTF_8), image.getBytes(UTF_8));
            }
            publisher.golden("delta-frames", 5);
            publisher.golden("delta-last", 5);
        }
    }

    @AfterAll
    void stop() {
        kafka.close();
    }

    @Test
    void isCleanInAPipe() throws InterruptedException {
        try (var replay = ReplayProcess.start(kafka.bootstrapServers(), "chat.deltas")) {
            assertThat(replay.output().lines())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(
                                    JsonMapper.shared().readTree(line).isObject())
                            .isTrue());
            assertThat(replay.errors()).isEmpty();
            assertThat(replay.exit()).isEqualTo(0);
        }
    }

    @Test
    void endsQuietlyWhenItsReaderHasHadEnough() throws InterruptedException {
        try (var shell = ReplayProcess.startInShell(
                kafka.bootstrapServers(), "$REPLAY chat.requests | head -c 23; echo; echo ${PIPESTATUS[0]}")) {
            assertThat(shell.output()).isEqualTo("{\"topic\":\"chat.requests\n0\n");
            assertThat(shell.errors()).isEmpty();
            assertThat(shell.exit()).isEqualTo(0);
        }
    }

    @Test
    void failsWhenTheDiskIsFull() throws InterruptedException {
        try (var shell = ReplayProcess.startInShell(kafka.bootstrapServers(), "$REPLAY chat.deltas > /dev/full")) {
            assertThat(shell.exit()).isEqualTo(1);
            assertThat(shell.errors()).startsWith("replay: cannot write: ").hasLineCount(1);
        }
    }

    @Test
    void needsNoMoreMemoryForALargeTopic() throws IOException, InterruptedException {
        Path file = folder.resolve("requests.jsonl");
        try (var replay = ReplayProcess.start(kafka.bootstrapServers(), "chat.requests", "-o", file.toString())) {
            assertThat(replay.exit()).as(replay.errors()).isEqualTo(0);
        }
        assertThat(Files.size(file)).isGreaterThan((long) LARGE_RECORDS * (LARGE_BYTES - 1000));
    }

    @Test
    void leavesNoFileWhenInterrupted() throws IOException, InterruptedException {
        Path file = folder.resolve("interrupted.jsonl");
        try (var replay = ReplayProcess.start(kafka.bootstrapServers(), "chat.requests", "-o", file.toString())) {
            await(() -> unfinished().stream().anyMatch(path -> path.toFile().length() > 0));
            replay.interrupt();
            assertThat(replay.exit()).isEqualTo(130);
        }
        assertThat(file).doesNotExist();
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void followsUntilItIsInterrupted() throws IOException, InterruptedException {
        try (var replay = ReplayProcess.start(kafka.bootstrapServers(), "chat.commands", "--follow");
                Publisher publisher = Publisher.plain(kafka.bootstrapServers())) {
            publisher.golden("CancelRequested.v1", 0);
            assertThat(replay.nextLine()).contains("dev.parley.CancelRequested.v1");
            publisher.golden("CancelRequested.v1", 2);
            assertThat(replay.nextLine()).contains("\"partition\":2");

            replay.interrupt();
            replay.exit();
            assertThat(replay.errors()).isEmpty();
        }
    }

    @Test
    void aFollowedFileIsWholeWhenItIsInterrupted() throws IOException, InterruptedException {
        Path file = folder.resolve("followed.jsonl");
        try (var replay =
                ReplayProcess.start(kafka.bootstrapServers(), "chat.deltas", "--follow", "-o", file.toString())) {
            await(() -> unfinished().stream().anyMatch(path -> path.toFile().length() > 0));
            replay.interrupt();
            replay.exit();
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void showsItsProgressOnATerminalAndTakesItAway() throws InterruptedException {
        Path file = folder.resolve("watched.jsonl");
        try (var terminal = ReplayProcess.startInShell(
                kafka.bootstrapServers(), "script -qec \"$REPLAY chat.requests -o " + file + "\" /dev/null")) {
            assertThat(terminal.output())
                    .contains("chat.requests [####")
                    .contains(" of " + LARGE_RECORDS + " read")
                    .endsWith("\r\u001b[K");
            assertThat(terminal.exit()).isEqualTo(0);
        }
    }

    @Test
    void showsRecordsWithoutABarOnATerminal() throws InterruptedException {
        try (var terminal =
                ReplayProcess.startInShell(kafka.bootstrapServers(), "script -qec \"$REPLAY chat.deltas\" /dev/null")) {
            assertThat(terminal.output()).contains("message_start").doesNotContain("\u001b[K");
            assertThat(terminal.exit()).isEqualTo(0);
        }
    }

    @Test
    void listsTheTopics() throws InterruptedException {
        try (var replay = ReplayProcess.start(kafka.bootstrapServers(), "--list")) {
            assertThat(replay.output()).containsPattern("chat\\.requests +12 +" + LARGE_RECORDS);
            assertThat(replay.exit()).isEqualTo(0);
        }
    }

    /** The last: the broker needs a while to find its feet again. */
    @Test
    @Order(Integer.MAX_VALUE)
    void saysSoWhenTheBrokerIsFrozen() throws InterruptedException {
        kafka.pause();
        try (var replay = ReplayProcess.start(kafka.bootstrapServers())) {
            assertThat(replay.exit()).isEqualTo(1);
            assertThat(replay.errors())
                    .startsWith("replay: no Kafka broker answers")
                    .hasLineCount(1);
        } finally {
            kafka.resume();
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
