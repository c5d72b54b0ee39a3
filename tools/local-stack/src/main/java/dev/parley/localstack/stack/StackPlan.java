package dev.parley.localstack.stack;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.DynamoDbPart;
import dev.parley.localstack.parts.KafkaDetour;
import dev.parley.localstack.parts.KafkaPart;
import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.parts.PulsePart;
import dev.parley.localstack.parts.RedisPart;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.parts.ServicePart;
import dev.parley.localstack.parts.SimulatorPart;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The map of the system: every process, and what it is told. */
public final class StackPlan {
    /** The key that the local gateway accepts. */
    public static final String LOCAL_KEY = "parley-local";

    /** The key that may issue keys at the local gateway. */
    public static final String ADMIN_KEY = "parley-admin";

    /** Of the key above. */
    private static final String ADMIN_KEY_SHA256 = "f1b59e74db5c9fc1785676786ac17da597dc820575c959bb1bc6099f88b4948f";

    private final Checkout checkout;
    private final Workspace workspace;
    private final StackSettings settings;

    private StackPlan(Checkout checkout, Workspace workspace, StackSettings settings) {
        this.checkout = checkout;
        this.workspace = workspace;
        this.settings = settings;
    }

    public static List<StackPart> of(Checkout checkout, Workspace workspace, StackSettings settings) {
        return new StackPlan(checkout, workspace, settings).parts();
    }

    private List<StackPart> parts() {
        List<StackPart> parts = new ArrayList<>(List.of(kafka(), redis(), dynamoDb(), pulse()));
        if (settings.claude() instanceof ClaudeAddress.Simulated) {
            parts.add(simulator());
        }
        for (Service service : Service.values()) {
            for (int replica = 0; replica < settings.replicas().of(service); replica++) {
                parts.add(service(service, replica));
            }
        }
        return parts;
    }

    private StackPart kafka() {
        var plan = KafkaPart.plan(
                checkout, workspace, port(PortName.KAFKA), port(PortName.KAFKA_CONTROLLER), settings.detour());
        var ports = List.of(claim(PortName.KAFKA, 0), claim(PortName.KAFKA_CONTROLLER, 0));
        return new StackPart(plan, Set.of(), ports, OptionalInt.empty());
    }

    private StackPart redis() {
        var plan = RedisPart.plan(workspace, port(PortName.REDIS));
        return new StackPart(plan, Set.of(), List.of(claim(PortName.REDIS, 0)), OptionalInt.empty());
    }

    private StackPart dynamoDb() {
        var plan = DynamoDbPart.plan(checkout, workspace, port(PortName.DYNAMODB));
        return new StackPart(plan, Set.of(), List.of(claim(PortName.DYNAMODB, 0)), OptionalInt.empty());
    }

    private StackPart simulator() {
        Map<String, String> environment = new HashMap<>();
        environment.put(PortName.SIMULATOR.variable(), Integer.toString(port(PortName.SIMULATOR)));
        environment.putAll(chosenFor(SimulatorPart.NAME));
        var plan = SimulatorPart.plan(checkout, workspace, port(PortName.SIMULATOR), environment, PartPlan.SECRETS);
        return new StackPart(plan, Set.of(), List.of(claim(PortName.SIMULATOR, 0)), OptionalInt.empty());
    }

    private StackPart pulse() {
        Map<String, String> environment = new HashMap<>();
        environment.put(PortName.PULSE.variable(), Integer.toString(port(PortName.PULSE)));
        environment.put("PARLEY_PULSE_ADDRESS", "127.0.0.1");
        environment.put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", KafkaPart.bootstrapServers(port(PortName.KAFKA)));
        environment.put("PARLEY_PULSE_GATEWAY", managementOf(Service.GATEWAY));
        environment.put("PARLEY_PULSE_CACHE", managementOf(Service.CACHE));
        environment.put("PARLEY_PULSE_INFERENCE", managementOf(Service.INFERENCE));
        environment.put("PARLEY_PULSE_PERSISTENCE", managementOf(Service.PERSISTENCE));
        environment.putAll(chosenFor(PulsePart.NAME));
        var plan = PulsePart.plan(checkout, workspace, port(PortName.PULSE), environment);
        return new StackPart(plan, Set.of(), List.of(claim(PortName.PULSE, 0)), OptionalInt.empty());
    }

    private StackPart service(Service service, int replica) {
        int managementPort = settings.ports().of(service.managementPort(), replica);
        List<StackPart.Port> ports = new ArrayList<>(List.of(claim(service.port(), replica)));
        if (service.port() != service.managementPort()) {
            ports.add(claim(service.managementPort(), replica));
        }
        var plan = ServicePart.plan(
                checkout,
                workspace,
                service,
                replica,
                managementPort,
                environment(service, replica, managementPort),
                PartPlan.SECRETS,
                agent());
        return new StackPart(plan, service.needs(), ports, OptionalInt.of(managementPort));
    }

    private Map<String, String> environment(Service service, int replica, int managementPort) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.put("PARLEY_MANAGEMENT_ADDRESS", "127.0.0.1");
        environment.put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", KafkaPart.bootstrapServers(kafkaPort(service, replica)));
        environment.put("PARLEY_REDIS_URL", RedisPart.url(port(PortName.REDIS)));
        environment.put(
                "PARLEY_DYNAMODB_ENDPOINT",
                DynamoDbPart.endpoint(port(PortName.DYNAMODB)).toString());
        environment.put("AWS_REGION", "eu-central-1");
        environment.put("AWS_ACCESS_KEY_ID", "local");
        environment.put("AWS_SECRET_ACCESS_KEY", "local");
        switch (service) {
            case GATEWAY -> {
                environment.putAll(gateway(replica));
                environment.putAll(claude());
            }
            case INFERENCE -> environment.putAll(claude());
            case CACHE, PERSISTENCE -> {}
        }
        if (settings.telemetry() instanceof Telemetry.Exported exported) {
            environment.putAll(exported.environment(service.module()));
        }
        environment.putAll(chosenFor(new PartName(service.module(), replica)));
        return environment;
    }

    private int kafkaPort(Service service, int replica) {
        PartName part = new PartName(service.module(), replica);
        return settings.detour()
                .filter(way -> way.users().contains(part))
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

    /** Where the replicas of a service show their metrics, comma-separated. */
    private String managementOf(Service service) {
        return IntStream.range(0, settings.replicas().of(service))
                .mapToObj(replica -> "http://127.0.0.1:" + settings.ports().of(service.managementPort(), replica))
                .collect(joining(","));
    }

    private Map<String, String> claude() {
        return switch (settings.claude()) {
            case ClaudeAddress.Simulated() ->
                Map.of(
                        ClaudeAddress.BASE_URL,
                        SimulatorPart.address(port(PortName.SIMULATOR)).toString(),
                        ClaudeAddress.API_KEY,
                        "simulated");
            case ClaudeAddress.Anthropic(String apiKey) -> Map.of(ClaudeAddress.API_KEY, apiKey);
            case ClaudeAddress.Other(String baseUrl, String apiKey) ->
                apiKey.isEmpty()
                        ? Map.of(ClaudeAddress.BASE_URL, baseUrl)
                        : Map.of(ClaudeAddress.BASE_URL, baseUrl, ClaudeAddress.API_KEY, apiKey);
        };
    }

    /** The agent, and no warning of the JVM that its archive of classes serves less of them because of it. */
    private List<String> agent() {
        return settings.telemetry() instanceof Telemetry.Exported
                ? List.of("-javaagent:" + checkout.openTelemetryAgent(), "-XX:-PrintWarnings")
                : List.of();
    }

    private Map<String, String> chosenFor(PartName part) {
        return settings.environment().getOrDefault(part.name(), Map.of());
    }

    private StackPart.Port claim(PortName name, int replica) {
        return new StackPart.Port(settings.ports().of(name, replica), name);
    }

    private int port(PortName name) {
        return settings.ports().of(name);
    }
}
