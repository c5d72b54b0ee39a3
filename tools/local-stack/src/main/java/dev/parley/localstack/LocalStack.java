package dev.parley.localstack;

import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.DynamoDbPart;
import dev.parley.localstack.parts.KafkaDetour;
import dev.parley.localstack.parts.KafkaPart;
import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.parts.RedisPart;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.process.Orphans;
import dev.parley.localstack.process.Part;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.stack.ClaudeAddress;
import dev.parley.localstack.stack.Fleet;
import dev.parley.localstack.stack.Progress;
import dev.parley.localstack.stack.Replicas;
import dev.parley.localstack.stack.StackPlan;
import dev.parley.localstack.stack.StackSettings;
import dev.parley.localstack.stack.Telemetry;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The whole system for one test, on free ports, with its data and logs below {@code target/}. Every process of it can be
 * crashed, stopped, frozen and started again through {@link #part}. It needs the jars of the services, so it is for the
 * integration tests of a module that is built after them.
 */
public final class LocalStack implements AutoCloseable {
    /** The key that its gateways accept. */
    public static final String KEY = StackPlan.LOCAL_KEY;

    /** The key that may issue keys there. */
    public static final String ADMIN_KEY = StackPlan.ADMIN_KEY;

    private final Workspace workspace;
    private final PortMap ports;
    private final Fleet fleet;

    private LocalStack(Workspace workspace, StackSettings settings) {
        this.workspace = workspace;
        this.ports = settings.ports();
        this.fleet = new Fleet(StackPlan.of(Checkout.find(), workspace, settings));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What a test may choose: replicas, Claude, traces, variables, ports. */
    public static final class Builder {
        private final Map<String, Map<String, String>> environment = new HashMap<>();
        private Replicas replicas = Replicas.ONE_EACH;
        private ClaudeAddress claude = new ClaudeAddress.Simulated();
        private Telemetry telemetry = new Telemetry.Off();
        private Optional<KafkaDetour> detour = Optional.empty();
        private Optional<PortMap> ports = Optional.empty();

        private Builder() {}

        /** How many processes of this service; 0 leaves it out. */
        public Builder replicas(String service, int count) {
            replicas = replicas.with(Service.of(service), count);
            return this;
        }

        /** Variables for a part, over what it is given anyway. */
        public Builder environment(String part, Map<String, String> variables) {
            environment.computeIfAbsent(part, name -> new HashMap<>()).putAll(variables);
            return this;
        }

        /** Calls this address in the place of the simulator, which is not started. */
        public Builder claude(URI baseUrl, String apiKey) {
            claude = new ClaudeAddress.Other(baseUrl.toString(), apiKey);
            return this;
        }

        /** Attaches the OpenTelemetry agent to the services, sending spans there at once. */
        public Builder traces(URI collector) {
            telemetry = new Telemetry.Exported(
                    Map.of(Telemetry.ENDPOINT, collector.toString(), "OTEL_BSP_SCHEDULE_DELAY", "200"));
            return this;
        }

        /** Has these parts reach Kafka through a port that the test listens at, before it starts the system. */
        public Builder kafkaDetour(KafkaDetour way) {
            detour = Optional.of(way);
            return this;
        }

        /** Uses these ports, for who has to know one of them before the start. */
        public Builder ports(PortMap chosen) {
            ports = Optional.of(chosen);
            return this;
        }

        /** Starts all of it and waits until it is ready, which takes about half a minute on two cores. */
        public LocalStack start() {
            LocalStack stack = new LocalStack(
                    Workspace.fresh("stack"),
                    new StackSettings(
                            ports.orElseGet(PortMap::free), replicas, claude, telemetry, environment, detour));
            stack.start();
            return stack;
        }
    }

    private void start() {
        fleet.parts().forEach(Orphans::killAtExit);
        Map<String, String> failures = fleet.start(fleet.plans(), kafka(), Progress.SILENT);
        if (!failures.isEmpty()) {
            close();
            throw new IllegalStateException("The system is not ready.\n" + String.join("\n", failures.values()));
        }
    }

    /** A process of the system, such as {@code ("gateway-service", 1)} or {@code ("redis", 0)}. */
    public Part part(String name, int replica) {
        PartName wanted = new PartName(name, replica);
        return fleet.part(wanted).orElseThrow(() -> new IllegalArgumentException("there is no " + wanted));
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

    /** Where a replica of a service shows its health and its metrics. */
    public URI management(String service, int replica) {
        return http(ports.of(Service.of(service).managementPort(), replica));
    }

    /** Kafka's bootstrap servers. */
    public String kafka() {
        return KafkaPart.bootstrapServers(ports.of(PortName.KAFKA));
    }

    public String redis() {
        return RedisPart.url(ports.of(PortName.REDIS));
    }

    public URI dynamoDb() {
        return DynamoDbPart.endpoint(ports.of(PortName.DYNAMODB));
    }

    /** The directory with a log for each process. It stays. */
    public Path logs() {
        return workspace.logs();
    }

    private static URI http(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Ends all of it and forgets its data. */
    @Override
    public void close() {
        fleet.crash();
        fleet.parts().forEach(Orphans::forget);
        workspace.forgetData();
    }
}
