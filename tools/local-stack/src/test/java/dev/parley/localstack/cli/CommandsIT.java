package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.parts.ServicePart;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.OsProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as processes, with a real broker, Redis and DynamoDB Local, and applications that only pretend. */
final class CommandsIT {
    private static final Set<String> CALLERS_OF_CLAUDE = Set.of("inference-service", "gateway-service");

    private static final Duration COMMAND_TAKES_AT_MOST = Duration.ofMinutes(2);

    private final PortMap ports = PortMap.block(FreePorts.pickBlock(PortMap.blockSize()));
    private final Map<String, String> environment = new HashMap<>();
    private final Path checkout = FakeCheckout.make().root();

    /**
     * How a command ended.
     *
     * @param out its standard output
     * @param output that, and what it wrote on the other stream
     */
    private record Result(int status, String out, String output) {}

    @BeforeEach
    void movePorts() {
        for (PortName name : PortName.values()) {
            environment.put(name.variable(), Integer.toString(ports.of(name)));
        }
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(run("down", "--wipe").status()).isZero();
    }

    @Test
    void startsFindsShowsAndStops() throws Exception {
        Result first = run("up", "--detach", "--replicas", "gateway-service=2");
        assertThat(first.status()).as(first.output()).isZero();
        assertThat(first.output())
                .contains("Parley is ready", "./parley ask", "http://127.0.0.1:" + ports.of(PortName.GATEWAY));
        List<JsonNode> parts = ps();
        assertThat(parts).hasSize(10).allSatisfy(part -> {
            assertThat(part.path("ready").asBoolean()).as(part.toString()).isTrue();
            assertThat(Path.of(part.path("log").asString())).exists();
            assertThat(OsProcess.of(part.path("pid").asLong())).isPresent();
        });
        assertThat(find(parts, "gateway-service", 1).path("port").asInt()).isEqualTo(ports.of(PortName.GATEWAY, 1));
        assertThat(find(parts, "gateway-service", 1).path("management_port").asInt())
                .isEqualTo(ports.of(PortName.GATEWAY_MANAGEMENT, 1));
        assertThat(find(parts, "kafka", 0).path("management_port").isNull()).isTrue();

        Result second = run("up", "--detach");
        assertThat(second.status()).as(second.output()).isZero();
        assertThat(second.output()).contains("runs already");
        assertThat(ps()).isEqualTo(parts);

        assertThat(run("topics").output()).contains("as they should be");

        Result down = run("down", "--wipe");
        assertThat(down.status()).as(down.output()).isZero();
        assertThat(parts)
                .noneMatch(part -> OsProcess.of(part.path("pid").asLong()).isPresent());
        assertThat(checkout.resolve(".parley/data")).doesNotExist();
        assertThat(ps()).isEmpty();
    }

    @Test
    void showsACrashedPartAndStartsOnlyThatAgain() throws Exception {
        assertThat(run("up", "--detach").status()).isZero();
        List<JsonNode> before = ps();
        long victim = find(before, "cache-service", 0).path("pid").asLong();
        OsProcess.of(victim).orElseThrow().crash();
        assertThat(find(ps(), "cache-service", 0).path("ready").asBoolean()).isFalse();

        Result again = run("up", "--detach");
        assertThat(again.status()).as(again.output()).isZero();
        List<JsonNode> after = ps();
        assertThat(find(after, "cache-service", 0).path("ready").asBoolean()).isTrue();
        assertThat(find(after, "cache-service", 0).path("pid").asLong()).isNotEqualTo(victim);
        assertThat(find(after, "kafka", 0)).isEqualTo(find(before, "kafka", 0));
    }

    @Test
    void startsAServiceWhoseCacheIsNone() throws Exception {
        Path cache = ServicePart.cache(new Checkout(checkout), Service.CACHE);
        Files.createDirectories(cache.getParent());
        Files.copy(checkout.resolve("cache-service/target/cache-service-app.jar"), cache.resolveSibling("app.jar"));
        Files.writeString(cache, "This is no cache.");
        Result result = run("up", "--detach");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(checkout.resolve(".parley/logs/cache-service-0.log"))
                .content()
                .contains("AOT cache");
    }

    @Test
    void namesThePartThatIsNotReadyAndShowsTheEndOfItsLog() throws Exception {
        environment.put("PRETEND_TO_FAIL", "yes");
        Result result = run("up", "--detach");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("cache-service-0 ended before it was ready", "This one was told to fail.");
    }

    @Test
    void namesAPortThatIsTakenAndStartsNothing() throws Exception {
        try (ServerSocket other = new ServerSocket(ports.of(PortName.SIMULATOR), 1, InetAddress.getLoopbackAddress())) {
            Result result = run("up", "--detach");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.output())
                    .contains("Port " + other.getLocalPort() + ", which claude-simulator-0 needs, is taken")
                    .contains("PARLEY_SIMULATOR_PORT");
            assertThat(ps()).isEmpty();
        }
    }

    @Test
    void startsNoSimulatorIfAnotherAddressIsSet() throws Exception {
        environment.put("ANTHROPIC_BASE_URL", "http://127.0.0.1:1");
        environment.put("ANTHROPIC_API_KEY", "sk-secret");
        assertThat(run("up", "--detach").status()).isZero();
        List<JsonNode> parts = ps();
        assertThat(parts)
                .hasSize(8)
                .noneMatch(part -> part.path("name").asString().equals("claude-simulator"));
        for (JsonNode part : parts) {
            String log = Files.readString(Path.of(part.path("log").asString()), UTF_8);
            assertThat(log.contains("sk-secret"))
                    .as(part.toString())
                    .isEqualTo(CALLERS_OF_CLAUDE.contains(part.path("name").asString()));
        }
    }

    @Test
    void stopsAllOfItWhenTheForegroundIsInterrupted() throws Exception {
        Path output = checkout.resolve("foreground.txt");
        Process foreground = start(output, checkout.resolve("complaints.txt"), "up");
        try {
            await(() -> Files.readString(output, UTF_8).contains("Parley is ready"), foreground);
            List<JsonNode> parts = ps();
            assertThat(parts).hasSize(9);
            foreground.destroy();
            assertThat(foreground.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(parts)
                    .noneMatch(part -> OsProcess.of(part.path("pid").asLong()).isPresent());
            assertThat(ps()).isEmpty();
        } finally {
            foreground.destroyForcibly();
        }
    }

    private interface Condition {
        boolean met() throws IOException;
    }

    /** Until it is met, the process has ended or a minute is over. */
    private static void await(Condition condition, Process process) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.met()) {
            boolean ended = process.waitFor(100, TimeUnit.MILLISECONDS);
            assertThat(ended).as("ended early").isFalse();
            assertThat(System.nanoTime()).as("takes too long").isLessThan(deadline);
        }
    }

    private List<JsonNode> ps() throws Exception {
        Result result = run("ps", "--json");
        assertThat(result.status()).as(result.output()).isZero();
        List<JsonNode> parts = new ArrayList<>();
        new JsonMapper().readTree(result.out()).forEach(parts::add);
        return parts;
    }

    private static JsonNode find(List<JsonNode> parts, String name, int replica) {
        return parts.stream()
                .filter(part -> part.path("name").asString().equals(name)
                        && part.path("replica").asInt() == replica)
                .findFirst()
                .orElseThrow();
    }

    private Result run(String... arguments) throws Exception {
        Path out = Files.createTempFile(checkout, "out", ".txt");
        Path err = Files.createTempFile(checkout, "err", ".txt");
        Process process = start(out, err, arguments);
        assertThat(process.waitFor(COMMAND_TAKES_AT_MOST.toSeconds(), TimeUnit.SECONDS))
                .as(() -> String.join(" ", arguments) + " takes too long")
                .isTrue();
        String written = Files.readString(out, UTF_8);
        return new Result(process.exitValue(), written, written + Files.readString(err, UTF_8));
    }

    private Process start(Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dparley.checkout=" + checkout,
                "-cp",
                System.getProperty("java.class.path"),
                Parley.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ANTHROPIC_") || name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
