package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.stack.StackFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DownTest {
    private final Checkout checkout = FakeCheckout.make();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, UTF_8);
    private final CommandContext context = new CommandContext(checkout, Map.of(), out, out);
    private final Path data = Workspace.in(checkout.state()).data();
    private final Process sleep;

    DownTest() throws IOException {
        this.sleep = new ProcessBuilder("sleep", "60").start();
    }

    @BeforeEach
    void aProcessRuns() throws IOException {
        Files.createDirectories(data);
        FakeCheckout.started(checkout, "redis", 6390, sleep.pid());
    }

    @AfterEach
    void end() {
        sleep.destroyForcibly();
    }

    @Test
    void stopsAndForgetsWhatRuns() {
        assertThat(new Down(context).run(true)).isZero();
        assertThat(sleep.isAlive()).isFalse();
        assertThat(StackFile.in(checkout.state()).entries()).isEmpty();
        assertThat(data).doesNotExist();
    }

    /** As one that hangs in the kernel. */
    @Test
    void remembersAProcessThatSurvives() {
        Down down = new Down(context, process -> {
            throw new IllegalStateException("process " + process.pid() + " survives SIGKILL");
        });
        assertThat(down.run(true)).isEqualTo(1);
        assertThat(StackFile.in(checkout.state()).alive()).hasSize(1);
        assertThat(data).exists();
        assertThat(printed.toString(UTF_8)).contains("still runs: process " + sleep.pid() + " survives SIGKILL");
    }

    /** The disk is full: the list of processes cannot be written. */
    @Test
    void deletesTheDataOfAFullDisk() throws IOException {
        Files.createDirectories(checkout.state().resolve("stack.json.next"));
        assertThat(new Down(context).run(true)).isZero();
        assertThat(data).doesNotExist();
        assertThat(StackFile.in(checkout.state()).entries()).isEmpty();
    }

    /** What else is in the directory that a link leads to is not known. */
    @ParameterizedTest
    @ValueSource(strings = {"data", "data/kafka-0"})
    void deletesNothingOfALinkToAnotherDisk(String name) throws IOException {
        Path disk = Files.createDirectories(checkout.root().resolve("disk"));
        Path log = Files.writeString(disk.resolve("log"), "records");
        Path link = checkout.state().resolve(name);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, disk);
        Down down = new Down(context);
        assertThatThrownBy(() -> down.run(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(link + " is a link to " + disk);
        assertThat(printed.toString(UTF_8)).doesNotContain("The data is deleted.");
        assertThat(link).isSymbolicLink();
        assertThat(log).exists();
    }
}
