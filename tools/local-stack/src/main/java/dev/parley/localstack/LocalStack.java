package dev.parley.localstack;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaDetour;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.stack.ClaudeAddress;
import dev.parley.localstack.stack.StackPlan;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.Supervisor;
import dev.parley.localstack.stack.Telemetry;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The whole system for one test, on free ports, with its data and logs below {@code target/}. Every process of it can be
 * killed, stopped, frozen and started again through {@link #process}. It needs the jars of the services, so it is for
 * the tests of a module that is built after them.
 */
public final class LocalStack implements AutoCloseable {
    /** The key that its gateways accept. */
    public static final String KEY = StackPlan.LOCAL_KEY;

    /** The key that may issue keys there. */
    public static final String ADMIN_KEY = StackPlan.ADMIN_KEY;

    private final Workspace workspace;
    private final PortMap ports;
    private final Supervisor supervisor;

    private LocalStack(Workspace workspace, StackSettings settings) {
        this.workspace = workspace;
        this.ports = settings.ports();
        this.supervisor = new Supervisor(
                        StackPlan.of(Checkout.find(), workspace, settings), settings.bootstrapServers())
                .killAtExit();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The choices of a test: replicas, Claude, traces, variables, ports. */
    public static final class Builder {
        private final Map<String, Map<String, String>> environment = new HashMap<>();
        private final Map<Service, Integer> replicas = new HashMap<>();
        private ClaudeAddress claude = new ClaudeAddress.Simulated();
        private Map<String, String> telemetry = Map.of();
        private Optional<KafkaDetour> detour = Optional.empty();
        private Optional<PortMap> ports = Optional.empty();

        private Builder() {}

        /** Sets the number of processes of this service; 0 leaves it out. */
        public Builder replicas(String service, int count) {
            replicas.put(Service.of(service), count);
            return this;
        }

        /** Adds variables for a program, which override those of the plan. */
        public Builder environment(String program, Map<String, String> variables) {
            environment.computeIfAbsent(program, name -> new HashMap<>()).putAll(variables);
            return this;
        }

        /** Has this address called instead of the simulator, which is not started. */
        public Builder claude(URI baseUrl, String apiKey) {
            claude = new ClaudeAddress.Other(baseUrl.toString(), apiKey);
            return this;
        }

        /** Attaches the OpenTelemetry agent to the services; it exports spans to this address every 200 ms. */
        public Builder traces(URI collector) {
            telemetry = Map.of(Telemetry.ENDPOINT, collector.toString(), "OTEL_BSP_SCHEDULE_DELAY", "200");
            return this;
        }

        /** Has some processes connect to Kafka through a proxy of the test, which listens before the start. */
        public Builder kafkaDetour(KafkaDetour proxy) {
            detour = Optional.of(proxy);
            return this;
        }

        /** Uses these ports, for a test that needs one of them before the start. */
        public Builder ports(PortMap chosen) {
            ports = Optional.of(chosen);
            return this;
        }

        /** Starts all of it and waits until it is ready, which takes about half a minute on two cores. */
        public LocalStack start() {
            LocalStack stack = new LocalStack(
                    Workspace.fresh("stack"),
                    new StackSettings(
                            ports.orElseGet(PortMap::free),
                            replicas,
                            claude,
                            telemetry,
                            environment,
                            detour,
                            Map.of()));
            stack.start();
            return stack;
        }
    }

    private void start() {
        Map<String, String> failures = supervisor.start(Supervisor.Listener.NONE);
        if (!failures.isEmpty()) {
            close();
            throw new IllegalStateException("The system is not ready.\n" + String.join("\n", failures.values()));
        }
    }

    /** A process of the system, such as {@code ("gateway-service", 1)} or {@code ("redis", 0)}. */
    public ManagedProcess process(String program, int replica) {
        ProcessName name = new ProcessName(program, replica);
        return supervisor.process(name).orElseThrow(() -> new IllegalArgumentException("there is no " + name));
    }

    public URI gateway(int replica) {
        return http(ports.of(PortName.GATEWAY, replica));
    }

    public URI simulator() {
        return http(ports.of(PortName.SIMULATOR));
    }

    /** The server of the operators' page. */
    public URI pulse() {
        return http(ports.of(PortName.PULSE));
    }

    /** The address of the health and the metrics of a replica of a service. */
    public URI management(String service, int replica) {
        return http(ports.of(Service.of(service).managementPort(), replica));
    }

    /** Kafka's bootstrap servers. */
    public String kafka() {
        return Kafka.bootstrapServers(ports.of(PortName.KAFKA));
    }

    public String redis() {
        return Redis.url(ports.of(PortName.REDIS));
    }

    public URI dynamoDb() {
        return DynamoDb.endpoint(ports.of(PortName.DYNAMODB));
    }

    private static URI http(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Kills all of it and deletes its data. */
    @Override
    public void close() {
        supervisor.crash();
        workspace.forgetData();
    }
}
