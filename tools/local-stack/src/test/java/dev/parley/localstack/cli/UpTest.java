package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.Supervisor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ctrl-C, while processes run that another {@code up} has added to the file. */
final class UpTest {
    private final Checkout checkout = FakeCheckout.make();
    private final PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    private final Up up = new Up(new CommandContext(checkout, Map.of(), out, out), Map.of(), false, false);
    private final Supervisor ofThis = new Supervisor(List.of(), new StackSettings());
    private final Process ofAnother;

    UpTest() throws IOException {
        this.ofAnother = new ProcessBuilder("sleep", "60").start();
    }

    @BeforeEach
    void anotherUpAddsAProcess() {
        FakeCheckout.started(checkout, "varnish", 8070, ofAnother.pid());
    }

    @AfterEach
    void end() {
        ofAnother.destroyForcibly();
    }

    @Test
    void inTheForegroundStopsAllProcesses() throws Exception {
        up.stop(ofThis, true);
        assertThat(ofAnother.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(StackFile.in(checkout.state()).entries()).isEmpty();
    }

    @Test
    void whileStartingForgetsNoProcessThatRuns() {
        up.stop(ofThis, false);
        assertThat(ofAnother.isAlive()).isTrue();
        assertThat(StackFile.in(checkout.state()).alive()).hasSize(1);
    }
}
