package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The programs of {@code tools/} that are part of the system. */
public enum Tool {
    CLAUDE_SIMULATOR("claude-simulator", PortName.SIMULATOR, "-Xms64m", "-Xmx1g"),
    PULSE("pulse", PortName.PULSE, "-Xms24m", "-Xmx128m");

    private final String program;
    private final PortName port;
    private final String heapMin;
    private final String heapMax;

    Tool(String program, PortName port, String heapMin, String heapMax) {
        this.program = program;
        this.port = port;
        this.heapMin = heapMin;
        this.heapMax = heapMax;
    }

    public String program() {
        return program;
    }

    /** Its process, with its port and these variables. */
    public ProcessSpec process(Checkout checkout, Workspace workspace, PortMap ports, Map<String, String> environment) {
        AppJar jar = jar(checkout);
        ProcessName name = new ProcessName(program, 0);
        int number = ports.of(port);
        Map<String, String> variables = new HashMap<>(Map.of(port.variable(), Integer.toString(number)));
        variables.putAll(environment);
        List<String> options = Jvm.options(heapMin, heapMax);
        options.addAll(jar.sharedClasses());
        return jar.process(name, workspace, options)
                .environment(variables)
                .readiness(ReadinessProbes.of(name, number, number))
                .port(number, port.variable())
                .build();
    }

    AppJar jar(Checkout checkout) {
        return AppJar.of(checkout, "tools/" + program);
    }
}
