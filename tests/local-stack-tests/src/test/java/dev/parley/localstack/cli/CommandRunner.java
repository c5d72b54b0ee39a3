package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.FakeCheckout;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code ./parley} commands as processes, in a {@link FakeCheckout} and on ports of its own. */
final class CommandRunner {
    private static final Duration COMMAND_WITHIN = Duration.ofMinutes(2);

    final Path checkout = FakeCheckout.make().root();
    final PortMap ports = PortMap.free();
    private final Map<String, String> environment = new HashMap<>();

    /**
     * The end of a command.
     *
     * @param out its standard output
     * @param output its standard output and standard error
     */
    record Result(int status, String out, String output) {}

    CommandRunner() {
        for (PortName name : PortName.values()) {
            environment.put(name.variable(), Integer.toString(ports.of(name)));
        }
    }

    CommandRunner environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** The variables of a shell in which no port is moved. */
    Map<String, String> withoutPorts() {
        return Stream.of(PortName.values()).collect(toMap(PortName::variable, _ -> ""));
    }

    Result run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    /** Runs a command with these additional variables, and waits for its end. */
    Result run(Map<String, String> variables, String... arguments) throws Exception {
        Path out = Files.createTempFile(checkout, "out", ".txt");
        Path err = Files.createTempFile(checkout, "err", ".txt");
        Process process = start(variables, out, err, arguments);
        assertThat(process.waitFor(COMMAND_WITHIN.toSeconds(), TimeUnit.SECONDS))
                .as(() -> String.join(" ", arguments) + " takes too long")
                .isTrue();
        String written = Files.readString(out, UTF_8);
        return new Result(process.exitValue(), written, written + Files.readString(err, UTF_8));
    }

    /** With the JVM options of {@code ./parley}. */
    Process start(Map<String, String> variables, Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dparley.checkout=" + checkout,
                "-cp",
                System.getProperty("java.class.path"),
                Parley.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ANTHROPIC_") || name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        builder.environment().putAll(variables);
        return builder.start();
    }

    List<JsonNode> ps() throws Exception {
        Result result = run("ps", "--json");
        assertThat(result.status()).as(result.output()).isZero();
        List<JsonNode> processes = new ArrayList<>();
        new JsonMapper().readTree(result.out()).forEach(processes::add);
        return processes;
    }

    static JsonNode find(List<JsonNode> processes, String name, int replica) {
        return processes.stream()
                .filter(process -> process.path("name").asString().equals(name)
                        && process.path("replica").asInt() == replica)
                .findFirst()
                .orElseThrow();
    }
}
