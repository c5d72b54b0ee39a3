package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.stack.StackFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reasons why {@code up} starts nothing. One is always there: Redis is wanted on another port than it runs on. */
final class UpConflictsTest {
    private static final OsProcess ENDED = new OsProcess(7, "before the last boot");

    private final Checkout checkout = FakeCheckout.make();
    private final Map<String, String> environment = new HashMap<>(Map.of("PARLEY_REDIS_PORT", "6391"));
    private final OsProcess running;

    UpConflictsTest() throws IOException {
        this.running =
                OsProcess.of(new ProcessBuilder("sleep", "60").start().pid()).orElseThrow();
    }

    @BeforeEach
    void redisRuns() {
        started("redis", 6390, Map.of(), running);
    }

    @AfterEach
    void end() {
        running.crash();
    }

    @Test
    void aServerThatRunsIsWantedOnAnotherPort() {
        assertThat(complaints(false)).contains("redis-0 was started on port 6390, and is now wanted on 6391: ./parley");
    }

    /** The running services would look for it on its port. */
    @Test
    void aServerThatHasEndedIsWantedOnAnotherPort() {
        started("kafka", 19_092, Map.of(), ENDED);
        environment.put("PARLEY_KAFKA_PORT", "19093");
        assertThat(complaints(false))
                .contains("kafka-0 was started on port 19092, and is now wanted on 19093: ./parley");
    }

    @Test
    void varnishAndPrometheusAreWantedBesideASystemThatWasStartedWithout() {
        assertThat(complaints(true))
                .contains("the running cache-service does not purge Varnish", "the running broker exports no metrics");
    }

    @Test
    void aDeadVarnishOrPrometheusIsNone() {
        started("varnish", 8070, Map.of(), ENDED);
        started("prometheus", 9490, Map.of(), ENDED);
        assertThat(complaints(true)).contains("redis-0").doesNotContain("purge", "exports no metrics");
    }

    @Test
    void claudeIsWantedWithAnotherKey() {
        started("inference-service", 9180, Map.of("ANTHROPIC_API_KEY", "sk-mistyped"), running);
        environment.put("ANTHROPIC_API_KEY", "sk-corrected");
        assertThat(complaints(false))
                .contains("inference-service-0 calls the Claude API with another key: ./parley down, then ./parley up")
                .doesNotContain("sk-");
        assertThat(checkout.state().resolve("stack.json")).content().doesNotContain("sk-");
    }

    @Test
    void claudeWithTheSameKeyIsNone() {
        started("inference-service", 9180, Map.of("ANTHROPIC_API_KEY", "sk-right"), running);
        environment.put("ANTHROPIC_API_KEY", "sk-right");
        assertThat(complaints(false)).contains("redis-0").doesNotContain("inference-service-0 calls");
    }

    @Test
    void anEarlierBuildIsNamed() {
        ProcessSpec spec = ProcessSpec.builder(new ProcessName("pulse", 0), List.of("pulse"), Path.of("log"))
                .directoryOfBuild(checkout.root().resolve("app-earlier"))
                .port(9480, "PORT")
                .build();
        StackFile.in(checkout.state()).add(StackFile.Entry.of(spec, running));
        assertThat(complaints(false)).contains("an earlier build runs of pulse-0: ./parley down, then ./parley up");
    }

    private void started(String program, int port, Map<String, String> variables, OsProcess process) {
        ProcessSpec spec = ProcessSpec.builder(new ProcessName(program, 0), List.of(program), Path.of("log"))
                .environment(variables)
                .port(port, "PORT")
                .build();
        StackFile.in(checkout.state()).add(StackFile.Entry.of(spec, process));
    }

    /** Of an {@code up}, with Varnish and Prometheus or without. */
    private String complaints(boolean all) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, UTF_8);
        CommandContext context = new CommandContext(checkout, environment, out, out);
        assertThat(new Up(context, Map.of(), all, all).run(true)).isEqualTo(1);
        return printed.toString(UTF_8);
    }
}
