package dev.parley.localstack.servers;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The four services, each a Spring Boot application of the module of its name. */
public enum Service {
    GATEWAY("gateway-service", PortName.GATEWAY, PortName.GATEWAY_MANAGEMENT),
    CACHE("cache-service", PortName.CACHE_MANAGEMENT, PortName.CACHE_MANAGEMENT),
    INFERENCE("inference-service", PortName.INFERENCE_MANAGEMENT, PortName.INFERENCE_MANAGEMENT),
    PERSISTENCE("persistence-worker", PortName.PERSISTENCE_MANAGEMENT, PortName.PERSISTENCE_MANAGEMENT);

    private static final Duration READY_WITHIN = Duration.ofSeconds(150);

    /** An agent, and the recording of an AOT cache, make a start several times as long. */
    private static final Duration READY_WITHIN_INSTRUMENTED = Duration.ofMinutes(4);

    private final String module;
    private final PortName port;
    private final PortName managementPort;

    Service(String module, PortName port, PortName managementPort) {
        this.module = module;
        this.port = port;
        this.managementPort = managementPort;
    }

    public static Service of(String module) {
        return Stream.of(values())
                .filter(service -> service.module.equals(module))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no service is called " + module));
    }

    public String module() {
        return module;
    }

    public ProcessName replica(int number) {
        return new ProcessName(module, number);
    }

    public PortName managementPort() {
        return managementPort;
    }

    /**
     * One replica. It uses the AOT cache of the service if there is one, and compiles with C1 only if there is none.
     *
     * @param environment all of its variables
     * @param instrumentation JVM options in place of those for a cache, which the JVM would refuse with an agent; or none
     */
    public ProcessSpec process(
            Checkout checkout,
            Workspace workspace,
            PortMap ports,
            int replica,
            Map<String, String> environment,
            List<String> instrumentation) {
        return process(checkout, workspace, ports, replica, environment, instrumentation, heap());
    }

    /** One replica beside a system, as the first of its own, with another heap. */
    public ProcessSpec process(
            Checkout checkout, Workspace workspace, PortMap ports, Map<String, String> environment, String heapMax) {
        return process(checkout, workspace, ports, 0, environment, List.of(), List.of("-Xmx" + heapMax));
    }

    private ProcessSpec process(
            Checkout checkout,
            Workspace workspace,
            PortMap ports,
            int replica,
            Map<String, String> environment,
            List<String> instrumentation,
            List<String> heap) {
        AppJar jar = jar(checkout);
        List<String> options = new ArrayList<>(instrumentation);
        if (instrumentation.isEmpty()) {
            options.addAll(jar.sharedClasses());
            if (!jar.hasAotCache()) {
                options.add(Jvm.C1_ONLY);
            }
        }
        options.add("@" + checkout.jvmOptions(module));
        options.addAll(heap);
        int management = ports.of(managementPort, replica);
        ProcessName name = replica(replica);
        ProcessSpec.Builder process = jar.process(name, workspace, options)
                .environment(environment)
                .readiness(
                        ReadinessProbes.of(name, management, management),
                        instrumentation.isEmpty() ? READY_WITHIN : READY_WITHIN_INSTRUMENTED)
                .needs(needs())
                .behindOthers(this == CACHE || this == PERSISTENCE)
                .managementPort(management);
        if (port != managementPort) {
            process.port(ports.of(port, replica), port.variable());
        }
        return process.port(management, managementPort.variable()).build();
    }

    /** The AOT cache for the present build of the service, which may not exist. */
    public Path aotCache(Checkout checkout) {
        return jar(checkout).aotCache();
    }

    /** Another program of its libraries, for operators. */
    public ProcessBuilder program(Checkout checkout, String main, List<String> arguments) throws IOException {
        AppJar jar = jar(checkout);
        jar.unpack();
        // Without a log, which would be mixed with what the program prints.
        List<String> options = List.of(
                Jvm.C1_ONLY,
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                "-Dslf4j.internal.verbosity=WARN");
        List<String> command = new ArrayList<>(Jvm.command(options, "-cp", "lib/*", main));
        command.addAll(arguments);
        return new ProcessBuilder(command).directory(jar.directory().toFile());
    }

    AppJar jar(Checkout checkout) {
        return AppJar.of(checkout, module, checkout.jvmOptions(module));
    }

    private Set<String> needs() {
        return switch (this) {
            case GATEWAY, INFERENCE -> Set.of(Kafka.TOPICS);
            case CACHE -> Set.of(Kafka.TOPICS, Redis.NAME.toString());
            case PERSISTENCE -> Set.of(Kafka.TOPICS, DynamoDb.NAME.toString());
        };
    }

    /** For one machine that runs all services. */
    private List<String> heap() {
        return switch (this) {
            case GATEWAY, INFERENCE -> List.of("-Xms192m", "-Xmn96m", "-Xmx384m");
            case CACHE, PERSISTENCE -> List.of("-Xms64m", "-Xmx256m");
        };
    }
}
