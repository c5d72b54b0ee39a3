package dev.parley.localstack.cli;

import static dev.parley.localstack.cli.CommandRunner.find;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.localstack.cli.CommandRunner.Result;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The commands as processes, with a real broker, Redis and DynamoDB Local, and applications that only pretend. Tests of a
 * system in the background share one, in which two gateways run and the AOT cache of cache-service is invalid.
 */
final class CommandsIT {
    private static final Set<String> CALLERS_OF_CLAUDE = Set.of("inference-service", "gateway-service");
    private static final CommandRunner DETACHED = new CommandRunner();

    @BeforeAll
    static void startsInTheBackground() throws Exception {
        Path cache = Service.CACHE.aotCache(new Checkout(DETACHED.checkout));
        Files.createDirectories(cache.getParent());
        Files.copy(
                DETACHED.checkout.resolve("cache-service/target/cache-service-app.jar"),
                cache.resolveSibling("app.jar"));
        Files.writeString(cache, "This is no cache.");

        Result up = DETACHED.run("up", "--detach", "--replicas", "gateway-service=2");
        assertThat(up.status()).as(up.output()).isZero();
        assertThat(up.output())
                .contains("Parley is ready", "./parley ask", "http://127.0.0.1:" + DETACHED.ports.of(PortName.GATEWAY));
    }

    @AfterAll
    static void stopsAndDeletesTheData() throws Exception {
        List<JsonNode> processes = DETACHED.ps();
        Result down = DETACHED.run("down", "--wipe");
        assertThat(down.status()).as(down.output()).isZero();
        assertThat(processes).hasSize(10).noneMatch(CommandsIT::runs);
        assertThat(DETACHED.checkout.resolve(".parley/data")).doesNotExist();
        assertThat(DETACHED.ps()).isEmpty();
    }

    @Test
    void showsWhatRunsAndStartsNothingTwice() throws Exception {
        List<JsonNode> processes = DETACHED.ps();
        assertThat(processes).hasSize(10).allSatisfy(process -> {
            assertThat(process.path("ready").asBoolean()).as(process.toString()).isTrue();
            assertThat(Path.of(process.path("log").asString())).exists();
            assertThat(runs(process)).as(process.toString()).isTrue();
        });
        JsonNode secondGateway = find(processes, "gateway-service", 1);
        assertThat(secondGateway.path("port").asInt()).isEqualTo(DETACHED.ports.of(PortName.GATEWAY, 1));
        assertThat(secondGateway.path("management_port").asInt())
                .isEqualTo(DETACHED.ports.of(PortName.GATEWAY_MANAGEMENT, 1));
        assertThat(find(processes, "kafka", 0).path("management_port").isNull()).isTrue();

        Result again = DETACHED.run("up", "--detach");
        assertThat(again.status()).as(again.output()).isZero();
        assertThat(again.output()).contains("runs already");
        assertThat(DETACHED.ps()).isEqualTo(processes);
    }

    /** The services would go on calling the one that they were started with. */
    @Test
    void refusesAnotherClaudeThanTheOneBeingCalled() throws Exception {
        List<JsonNode> processes = DETACHED.ps();
        Result up = DETACHED.run(Map.of("ANTHROPIC_API_KEY", "sk-secret"), "up", "--detach");
        assertThat(up.status()).as(up.output()).isEqualTo(1);
        assertThat(up.output())
                .contains("inference-service-0 calls the simulator, and is now to call the Claude API: ./parley down")
                .doesNotContain("Claude answers");
        assertThat(pids(DETACHED.ps())).isEqualTo(pids(processes));
    }

    @Test
    void findsTheTopicsCreated() throws Exception {
        assertThat(DETACHED.run("topics").output()).contains("as they should be");
    }

    /** As in another shell than the one in which the system was started. */
    @Test
    void findsThePortsThatWereMovedAtTheStart() throws Exception {
        assertThat(DETACHED.run(Map.of("PARLEY_KAFKA_PORT", ""), "topics").output())
                .contains("as they should be");
    }

    @Test
    void topicsAreMadeAtTheBrokerThatAFileNames() throws Exception {
        Path secrets = Files.createDirectories(DETACHED.checkout.resolve("secrets"));
        Files.writeString(
                secrets.resolve("PARLEY_KAFKA_BOOTSTRAP_SERVERS"),
                Kafka.bootstrapServers(DETACHED.ports.of(PortName.KAFKA)));
        Map<String, String> variables = Map.of("PARLEY_SECRETS", secrets.toString(), "PARLEY_KAFKA_PORT", "1");
        assertThat(DETACHED.run(variables, "topics").output()).contains("as they should be");
    }

    /** Here that the JVM does not find it: the applications are not the real ones. */
    @Test
    void aProgramOfAServiceReportsItsErrorsOnStandardError() throws Exception {
        Result show = DETACHED.run("cache", "show", "gen_019ab5365fc07a3e9c41d2b7f08e6a15");
        assertThat(show.status()).isEqualTo(1);
        assertThat(show.out()).isEmpty();
        assertThat(show.output()).contains("Could not find or load main class");
    }

    @Test
    void startsAServiceWithoutItsCacheIfThatIsInvalid() {
        assertThat(DETACHED.checkout.resolve(".parley/logs/cache-service-0.log"))
                .content()
                .contains("AOT cache");
    }

    /** Starts them in another shell than the first one, on their ports. */
    @Test
    void showsAKilledProcessReportsAFailedStartAndStartsOnlyWhatHasEnded() throws Exception {
        List<JsonNode> before = DETACHED.ps();
        crash(find(before, "cache-service", 0));
        assertThat(find(DETACHED.ps(), "cache-service", 0).path("ready").asBoolean())
                .isFalse();

        Result failed = DETACHED.run(Map.of("PRETEND_TO_FAIL", "yes"), "up", "--detach");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output())
                .contains(
                        "cache-service-0 ended before it was ready",
                        "This one was told to fail.",
                        "The other processes still run");

        crash(find(before, "kafka", 0));
        Result up = DETACHED.run(DETACHED.withoutPorts(), "up", "--detach");
        assertThat(up.status()).as(up.output()).isZero();
        List<JsonNode> after = DETACHED.ps();
        for (String name : List.of("cache-service", "kafka")) {
            JsonNode restarted = find(after, name, 0);
            JsonNode killed = find(before, name, 0);
            assertThat(restarted.path("ready").asBoolean()).as(name).isTrue();
            assertThat(restarted.path("pid")).isNotEqualTo(killed.path("pid"));
            assertThat(restarted.path("ports")).isEqualTo(killed.path("ports"));
        }
        assertThat(after).hasSameSizeAs(before).filteredOn(before::contains).hasSize(before.size() - 2);
    }

    @Test
    void refusesToStartBesideAnEarlierBuild() throws Exception {
        List<JsonNode> before = DETACHED.ps();
        Path options = DETACHED.checkout.resolve("persistence-worker/src/main/jvm/jvm.options");
        String present = Files.readString(options);
        Files.writeString(options, present + "# Changed\n");
        try {
            Result up = DETACHED.run("up", "--detach");
            assertThat(up.status()).as(up.output()).isEqualTo(1);
            assertThat(up.output()).contains("an earlier build runs of persistence-worker-0: ./parley down");
        } finally {
            Files.writeString(options, present);
        }
        assertThat(DETACHED.ps()).isEqualTo(before);
        assertThat(DETACHED.run("up", "--detach").output()).contains("runs already");
    }

    private static void crash(JsonNode process) {
        OsProcess.of(process.path("pid").asLong()).orElseThrow().crash();
    }

    @Tag("faults")
    @Test
    void addsReplicasToARunningSystemAndToTheListsOfTheReplicas() throws Exception {
        CommandRunner commands = new CommandRunner();
        try {
            Result up = commands.run("up", "--detach", "--edge", "--replicas", "inference-service=2");
            assertThat(up.status()).as(up.output()).isZero();
            List<JsonNode> before = commands.ps();

            Result added = commands.run("up", "--detach", "--replicas", "gateway-service=2");
            assertThat(added.status()).as(added.output()).isZero();
            List<JsonNode> after = commands.ps();
            assertThat(after)
                    .hasSize(before.size() + 1)
                    .allSatisfy(process -> assertThat(process.path("ready").asBoolean())
                            .as(process.toString())
                            .isTrue());
            assertThat(after)
                    .filteredOn(process -> !before.contains(process))
                    .extracting(process -> process.path("name").asString())
                    .containsExactly("gateway-service", "pulse", "varnish");
            assertThat(environment(find(after, "pulse", 0)))
                    .contains(
                            "PARLEY_PULSE_GATEWAY=" + commands.ports.address(PortName.GATEWAY_MANAGEMENT, 0) + ","
                                    + commands.ports.address(PortName.GATEWAY_MANAGEMENT, 1),
                            "PARLEY_PULSE_INFERENCE=" + commands.ports.address(PortName.INFERENCE_MANAGEMENT, 0) + ","
                                    + commands.ports.address(PortName.INFERENCE_MANAGEMENT, 1));
            assertThat(commands.checkout.resolve(".parley/data/varnish-0/backend.vcl"))
                    .content()
                    .contains("\"" + commands.ports.of(PortName.GATEWAY, 0) + "\"")
                    .contains("\"" + commands.ports.of(PortName.GATEWAY, 1) + "\"");

            crash(find(after, "varnish", 0));
            Result restarted = commands.run(commands.withoutPorts(), "up", "--detach");
            assertThat(restarted.status()).as(restarted.output()).isZero();
            List<JsonNode> last = commands.ps();
            assertThat(find(last, "varnish", 0).path("ready").asBoolean()).isTrue();

            Result again = commands.run("up", "--detach");
            assertThat(again.output()).contains("runs already");
            assertThat(commands.ps()).isEqualTo(last);
        } finally {
            commands.run("down", "--wipe");
        }
    }

    private static List<String> environment(JsonNode process) throws IOException {
        Path variables = Path.of("/proc", process.path("pid").asString(), "environ");
        return List.of(Files.readString(variables, UTF_8).split("\0", -1));
    }

    @Test
    void namesAPortThatIsTakenAndStartsNothing() throws Exception {
        CommandRunner commands = new CommandRunner();
        int port = commands.ports.of(PortName.SIMULATOR);
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Result result = commands.run("up", "--detach");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.output())
                    .contains("Port " + other.getLocalPort() + ", which claude-simulator-0 needs, is taken")
                    .contains("PARLEY_SIMULATOR_PORT");
            assertThat(commands.ps()).isEmpty();
        }
    }

    @Test
    void startsNoSimulatorForAnotherAddressAndStopsWhenTheForegroundIsInterrupted() throws Exception {
        CommandRunner commands = new CommandRunner()
                .environment("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
                .environment("ANTHROPIC_API_KEY", "sk-secret");
        Path output = commands.checkout.resolve("foreground.txt");
        Path errors = commands.checkout.resolve("errors.txt");
        Process foreground = commands.start(Map.of(), output, errors, "up");
        try {
            await().atMost(Duration.ofMinutes(1))
                    .failFast("ended early", () -> !foreground.isAlive())
                    .until(() -> Files.readString(output, UTF_8).contains("Parley is ready"));
            List<JsonNode> processes = commands.ps();
            assertThat(processes)
                    .hasSize(8)
                    .noneMatch(process -> process.path("name").asString().equals("claude-simulator"));
            for (JsonNode process : processes) {
                String log = Files.readString(Path.of(process.path("log").asString()), UTF_8);
                assertThat(log.contains("sk-secret"))
                        .as(process.toString())
                        .isEqualTo(
                                CALLERS_OF_CLAUDE.contains(process.path("name").asString()));
            }
            Result simulated =
                    commands.run(Map.of("ANTHROPIC_BASE_URL", "", "ANTHROPIC_API_KEY", ""), "up", "--detach");
            assertThat(simulated.status()).as(simulated.output()).isEqualTo(1);
            assertThat(simulated.output())
                    .contains("inference-service-0 calls http://127.0.0.1:1, and is now to call the simulator");
            Result otherKey = commands.run(Map.of("ANTHROPIC_API_KEY", "sk-corrected"), "up", "--detach");
            assertThat(otherKey.status()).as(otherKey.output()).isEqualTo(1);
            assertThat(otherKey.output()).contains("inference-service-0 calls http://127.0.0.1:1 with another key");
            assertThat(pids(commands.ps())).isEqualTo(pids(processes));
            assertThat(commands.checkout.resolve(".parley/stack.json"))
                    .content()
                    .doesNotContain("sk-secret");
            foreground.destroy();
            assertThat(foreground.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(errors).isEmptyFile();
            assertThat(output).content().endsWith("Stopped.\n").doesNotContain("Waiting");
            assertThat(processes).noneMatch(CommandsIT::runs);
            assertThat(commands.ps()).isEmpty();
        } finally {
            foreground.destroyForcibly();
            commands.run("down", "--wipe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "up --detach"})
    void aStartThatIsInterruptedComplainsOfNothing(String command) throws Exception {
        CommandRunner commands = new CommandRunner();
        Path output = commands.checkout.resolve("output.txt");
        Path errors = commands.checkout.resolve("errors.txt");
        Process up = commands.start(Map.of(), output, errors, command.split(" ", -1));
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> !commands.ps().isEmpty());
            up.destroy();
            assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(errors).isEmptyFile();
            assertThat(output).content().endsWith("Stopped.\n").doesNotContain("ready after");
            assertThat(commands.ps()).isEmpty();
        } finally {
            up.destroyForcibly();
            commands.run("down", "--wipe");
        }
    }

    private static List<Long> pids(List<JsonNode> processes) {
        return processes.stream().map(process -> process.path("pid").asLong()).toList();
    }

    private static boolean runs(JsonNode process) {
        return OsProcess.of(process.path("pid").asLong()).isPresent();
    }
}
