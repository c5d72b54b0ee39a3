package dev.parley.localstack.stack;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.ClaudeSimulator;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaDetour;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Pulse;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.servers.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The map of the system: every process and its environment. */
public final class StackPlan {
    /** The key that the local gateway accepts. */
    public static final String LOCAL_KEY = "parley-local";

    /** The key that may issue keys at the local gateway. */
    public static final String ADMIN_KEY = "parley-admin";

    private static final String ADMIN_KEY_SHA256 = "f1b59e74db5c9fc1785676786ac17da597dc820575c959bb1bc6099f88b4948f";

    private final Checkout checkout;
    private final Workspace workspace;
    private final StackSettings settings;

    private StackPlan(Checkout checkout, Workspace workspace, StackSettings settings) {
        this.checkout = checkout;
        this.workspace = workspace;
        this.settings = settings;
    }

    public static List<ProcessSpec> of(Checkout checkout, Workspace workspace, StackSettings settings) {
        return new StackPlan(checkout, workspace, settings).processes();
    }

    /**
     * All of them. A new program gets a class in {@code servers}, ports in {@link PortName}, a case in
     * {@code ReadinessProbes}, and a line here; its order is determined by its needs.
     */
    private List<ProcessSpec> processes() {
        List<ProcessSpec> processes = new ArrayList<>();
        processes.add(Kafka.process(
                checkout, workspace, port(PortName.KAFKA), port(PortName.KAFKA_CONTROLLER), settings.detour()));
        processes.add(Redis.process(workspace, port(PortName.REDIS)));
        processes.add(DynamoDb.process(checkout, workspace, port(PortName.DYNAMODB)));
        if (settings.claude() instanceof ClaudeAddress.Simulated) {
            processes.add(ClaudeSimulator.process(
                    checkout, workspace, port(PortName.SIMULATOR), overrides(ClaudeSimulator.NAME.name())));
        }
        processes.add(Pulse.process(checkout, workspace, port(PortName.PULSE), pulse()));
        for (Service service : Service.values()) {
            for (int replica = 0; replica < settings.replicas(service); replica++) {
                processes.add(service(service, replica));
            }
        }
        return processes;
    }

    private ProcessSpec service(Service service, int replica) {
        boolean traced = !settings.telemetry().isEmpty();
        Map<String, String> environment = new HashMap<>(common(service, replica));
        switch (service) {
            case GATEWAY -> {
                environment.putAll(gateway(replica));
                environment.putAll(claude());
            }
            case INFERENCE -> environment.putAll(claude());
            case CACHE, PERSISTENCE -> {}
        }
        if (traced) {
            environment.putAll(Telemetry.environment(settings.telemetry(), service.module()));
        }
        environment.putAll(overrides(service.module()));
        return service.process(
                checkout,
                workspace,
                settings.ports(),
                replica,
                environment,
                traced ? agent() : List.of(),
                Optional.ofNullable(settings.recordings().get(service)));
    }

    private Map<String, String> common(Service service, int replica) {
        return Map.of(
                "PARLEY_MANAGEMENT_PORT",
                Integer.toString(settings.ports().of(service.managementPort(), replica)),
                "PARLEY_MANAGEMENT_ADDRESS",
                "127.0.0.1",
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                Kafka.bootstrapServers(kafkaPort(service, replica)),
                "PARLEY_REDIS_URL",
                Redis.url(port(PortName.REDIS)),
                "PARLEY_DYNAMODB_ENDPOINT",
                DynamoDb.endpoint(port(PortName.DYNAMODB)).toString(),
                "AWS_REGION",
                "eu-central-1",
                "AWS_ACCESS_KEY_ID",
                "local",
                "AWS_SECRET_ACCESS_KEY",
                "local");
    }

    private int kafkaPort(Service service, int replica) {
        return settings.detour()
                .filter(detour -> detour.users().contains(service.replica(replica)))
                .map(KafkaDetour::advertisedPort)
                .orElse(port(PortName.KAFKA));
    }

    private Map<String, String> gateway(int replica) {
        return Map.of(
                "PARLEY_GATEWAY_ADDRESS",
                "127.0.0.1",
                "PARLEY_GATEWAY_PORT",
                Integer.toString(settings.ports().of(PortName.GATEWAY, replica)),
                "PARLEY_LOCAL_KEY",
                LOCAL_KEY,
                "PARLEY_ADMIN_KEY_SHA256",
                ADMIN_KEY_SHA256,
                "PARLEY_REPLICA",
                Integer.toString(replica));
    }

    private Map<String, String> pulse() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS",
                Kafka.bootstrapServers(port(PortName.KAFKA)),
                "PARLEY_PULSE_GATEWAY",
                managementUrls(Service.GATEWAY),
                "PARLEY_PULSE_CACHE",
                managementUrls(Service.CACHE),
                "PARLEY_PULSE_INFERENCE",
                managementUrls(Service.INFERENCE),
                "PARLEY_PULSE_PERSISTENCE",
                managementUrls(Service.PERSISTENCE)));
        environment.putAll(overrides(Pulse.NAME.name()));
        return environment;
    }

    /** The management addresses of all replicas of a service, comma-separated. */
    private String managementUrls(Service service) {
        return IntStream.range(0, settings.replicas(service))
                .mapToObj(replica -> "http://127.0.0.1:" + settings.ports().of(service.managementPort(), replica))
                .collect(joining(","));
    }

    private Map<String, String> claude() {
        return switch (settings.claude()) {
            case ClaudeAddress.Simulated() ->
                Map.of(
                        ClaudeAddress.BASE_URL,
                        ClaudeSimulator.address(port(PortName.SIMULATOR)).toString(),
                        ClaudeAddress.API_KEY,
                        "simulated");
            case ClaudeAddress.Anthropic(String apiKey) -> Map.of(ClaudeAddress.API_KEY, apiKey);
            case ClaudeAddress.Other(String baseUrl, String apiKey) ->
                apiKey.isEmpty()
                        ? Map.of(ClaudeAddress.BASE_URL, baseUrl)
                        : Map.of(ClaudeAddress.BASE_URL, baseUrl, ClaudeAddress.API_KEY, apiKey);
        };
    }

    /** The OpenTelemetry agent, without the JVM's warning that class data sharing is limited with it. */
    private List<String> agent() {
        return List.of("-javaagent:" + checkout.openTelemetryAgent(), "-XX:-PrintWarnings");
    }

    private Map<String, String> overrides(String program) {
        return settings.environment().getOrDefault(program, Map.of());
    }

    private int port(PortName name) {
        return settings.ports().of(name);
    }
}
