package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.Supervisor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end of the foreground, while processes run that another {@code up} has added to the file. */
final class UpTest {
    private static final ProcessName NAME = new ProcessName("redis", 0);

    private final Checkout checkout = FakeCheckout.make();
    private final Queue<String> printed = new ConcurrentLinkedQueue<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, UTF_8) {
        @Override
        public void println(String line) {
            printed.add(line);
            if (line.contains("Waiting for another ./parley")) {
                waiting.countDown();
            }
        }
    };
    private final Up up = new Up(new CommandContext(checkout, Map.of(), out, out), Map.of(), false, false);
    private final ProcessSpec spec = ProcessSpec.builder(
                    NAME, List.of("sleep", "60"), Workspace.in(checkout.state()).log(NAME))
            .build();
    private final Supervisor ofThis = new Supervisor(List.of(spec), new StackSettings());
    private final ManagedProcess own = ofThis.process(NAME).orElseThrow();
    private final Process ofAnother;

    UpTest() throws IOException {
        this.ofAnother = new ProcessBuilder("sleep", "60").start();
    }

    @BeforeEach
    void anotherUpAddsAProcess() {
        FakeCheckout.started(checkout, "redis", 6390, own.launch().pid());
        FakeCheckout.started(checkout, "varnish", 8070, ofAnother.pid());
    }

    @AfterEach
    void end() {
        own.crash();
        ofAnother.destroyForcibly();
    }

    @Test
    void inTheForegroundStopsAllProcesses() throws Exception {
        up.stop(ofThis, true);
        assertThat(ofAnother.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(own.alive()).isFalse();
        assertThat(StackFile.in(checkout.state()).entries()).isEmpty();
    }

    @Test
    void whileStartingForgetsNoProcessThatRuns() {
        up.stop(ofThis, false);
        assertThat(own.alive()).isFalse();
        assertThat(ofAnother.isAlive()).isTrue();
        assertThat(StackFile.in(checkout.state()).alive()).hasSize(1);
    }

    /** As after Ctrl-Z, {@code down} and {@code up} in another terminal, and {@code fg}. */
    @Test
    void inTheForegroundStopsNothingOnceItsOwnProcessesHaveEnded() {
        own.crash();
        up.stop(ofThis, true);
        assertThat(StackFile.in(checkout.state()).alive()).hasSize(1);
        assertThat(ofAnother.isAlive()).isTrue();
    }

    /** A {@code down} in another terminal, and then an {@code up}, hold the lock first. */
    @Test
    void inTheForegroundStopsNothingIfItsOwnProcessesEndWhileItWaits() throws Exception {
        CompletableFuture<Void> stop = StackFile.locked(checkout.state(), () -> {}, () -> {
            CompletableFuture<Void> interrupted =
                    CompletableFuture.runAsync(() -> up.stop(ofThis, true), Thread::startVirtualThread);
            awaitLatch();
            own.crash();
            return interrupted;
        });
        stop.get(10, TimeUnit.SECONDS);
        assertThat(StackFile.in(checkout.state()).alive()).hasSize(1);
        assertThat(ofAnother.isAlive()).isTrue();
    }

    @Test
    void inTheForegroundFailsIfAllProcessesEndByThemselves() {
        own.crash();
        assertThat(up.awaitEnd(ofThis)).isEqualTo(1);
        assertThat(printed).contains("All processes have ended by themselves.");
    }

    /** {@code down}, which still holds the lock when the last process has ended, is no failure. */
    @Test
    void inTheForegroundDoesNotFailAfterDown() throws Exception {
        CompletableFuture<Integer> status = StackFile.locked(checkout.state(), () -> {}, () -> {
            own.crash();
            CompletableFuture<Integer> foreground =
                    CompletableFuture.supplyAsync(() -> up.awaitEnd(ofThis), Thread::startVirtualThread);
            awaitLatch();
            StackFile.in(checkout.state()).removeEnded();
            return foreground;
        });
        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
    }

    private void awaitLatch() {
        try {
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
