package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The server of the operators' page. */
public final class Pulse {
    public static final ProcessName NAME = new ProcessName("pulse", 0);

    private static final String MODULE = "tools/pulse";

    private Pulse() {}

    /**
     * The process on this port.
     *
     * @param environment variables that it is given beside its address
     */
    public static ProcessSpec process(
            Checkout checkout, Workspace workspace, int port, Map<String, String> environment) {
        AppJar jar = jar(checkout);
        Map<String, String> variables = new HashMap<>();
        variables.put(PortName.PULSE.variable(), Integer.toString(port));
        variables.put("PARLEY_PULSE_ADDRESS", "127.0.0.1");
        variables.putAll(environment);
        return ProcessSpec.builder(NAME, jar.command(Jvm.options("-Xms24m", "-Xmx128m")), workspace.log(NAME))
                .environment(variables)
                .directory(jar.directory())
                .preparation(jar::unpack)
                .readiness(ReadinessProbes.of(NAME, port, port), Duration.ofSeconds(60))
                .port(port, PortName.PULSE.variable())
                .build();
    }

    static AppJar jar(Checkout checkout) {
        return AppJar.of(checkout, MODULE);
    }
}
