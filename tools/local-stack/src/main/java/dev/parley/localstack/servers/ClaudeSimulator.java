package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The simulator of the Claude API. */
public final class ClaudeSimulator {
    public static final ProcessName NAME = new ProcessName("claude-simulator", 0);

    private static final String MODULE = "tools/claude-simulator";

    private ClaudeSimulator() {}

    /**
     * The process on this port.
     *
     * @param environment variables that it is given beside its port
     */
    public static ProcessSpec process(
            Checkout checkout, Workspace workspace, int port, Map<String, String> environment) {
        AppJar jar = jar(checkout);
        Map<String, String> variables = new HashMap<>();
        variables.put(PortName.SIMULATOR.variable(), Integer.toString(port));
        variables.putAll(environment);
        return ProcessSpec.builder(NAME, jar.command(Jvm.options("-Xms64m", "-Xmx512m")), workspace.log(NAME))
                .environment(variables)
                .directory(jar.directory())
                .preparation(jar::unpack)
                .readiness(ReadinessProbes.of(NAME, port, port), Duration.ofSeconds(60))
                .port(port, PortName.SIMULATOR.variable())
                .build();
    }

    static AppJar jar(Checkout checkout) {
        return AppJar.of(checkout, MODULE);
    }

    public static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
