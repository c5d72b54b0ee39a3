package dev.parley.localstack.stack;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Alertmanager;
import dev.parley.localstack.servers.BrokerSettings;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.DynamoDb;
import dev.parley.localstack.servers.Jvm;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaCluster;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Prometheus;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.servers.Tool;
import dev.parley.localstack.servers.Varnish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The map of the system: every process and its environment. */
public record StackPlan(Checkout checkout, Workspace workspace, StackSettings settings) {
    /** The key that the local gateway accepts. */
    public static final String LOCAL_KEY = "parley-local";

    /** The key that may issue keys at the local gateway. */
    public static final String ADMIN_KEY = "parley-admin";

    private static final String ADMIN_KEY_SHA256 = "f1b59e74db5c9fc1785676786ac17da597dc820575c959bb1bc6099f88b4948f";

    /**
     * All of them. A new program gets a class in {@code servers}, ports in {@link PortName}, a case in
     * {@code ReadinessProbes}, and a line here; its order is determined by its needs.
     */
    public List<ProcessSpec> processes() {
        List<ProcessSpec> processes = new ArrayList<>();
        KafkaCluster kafka = KafkaCluster.of(settings.ports, settings.brokers);
        for (int broker = 0; broker < kafka.brokers(); broker++) {
            processes.add(Kafka.process(checkout, workspace, kafka, broker, broker(broker)));
        }
        processes.add(Redis.process(workspace, port(PortName.REDIS), settings.redisArguments));
        processes.add(DynamoDb.process(checkout, workspace, port(PortName.DYNAMODB), overrides(DynamoDb.PROGRAM)));
        if (settings.claude instanceof ClaudeAddress.Simulated) {
            processes.add(tool(Tool.CLAUDE_SIMULATOR, Map.of()));
        }
        processes.add(tool(Tool.PULSE, pulse()));
        settings.monitoring.ifPresent(monitoring -> {
            processes.add(Alertmanager.process(workspace, port(PortName.ALERTMANAGER)));
            processes.add(Prometheus.process(
                    checkout,
                    workspace,
                    settings.ports,
                    monitoring,
                    settings.edge ? List.of("monitoring", "edge-alerts") : List.of("monitoring"),
                    targets()));
        });
        for (Service service : Service.values()) {
            for (int replica = 0; replica < settings.replicas(service); replica++) {
                processes.add(service(service, replica));
            }
        }
        if (settings.edge) {
            processes.add(Varnish.process(
                    checkout, workspace, port(PortName.VARNISH), ports(Service.GATEWAY, PortName.GATEWAY)));
        }
        return processes;
    }

    private BrokerSettings broker(int number) {
        OptionalInt metricsPort = settings.monitoring.isPresent()
                ? OptionalInt.of(settings.ports.of(PortName.KAFKA_METRICS, number))
                : OptionalInt.empty();
        return new BrokerSettings(metricsPort, settings.kafkaListeners, overrides(Kafka.PROGRAM));
    }

    private ProcessSpec tool(Tool tool, Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.putAll(overrides(tool.program()));
        return tool.process(checkout, workspace, settings.ports, environment);
    }

    private ProcessSpec service(Service service, int replica) {
        Map<String, String> environment = common(service, replica);
        switch (service) {
            case GATEWAY -> {
                addGateway(environment, replica);
                addClaude(environment);
            }
            case INFERENCE -> addClaude(environment);
            case CACHE -> {
                if (settings.edge) {
                    environment.put("PARLEY_EDGE", "varnish");
                    environment.put("PARLEY_EDGE_VARNISH_URLS", address(PortName.VARNISH, 0));
                }
            }
            case PERSISTENCE -> {}
        }
        if (!settings.telemetry.isEmpty()) {
            environment.putAll(Telemetry.environment(settings.telemetry, service.module()));
        }
        environment.putAll(overrides(service.module()));
        environment.putAll(overrides(service.replica(replica).toString()));
        environment.values().removeIf(String::isEmpty);
        return service.process(
                settings.releases.getOrDefault(service.replica(replica), checkout),
                workspace,
                settings.ports,
                replica,
                environment,
                instrumentation(service));
    }

    private Map<String, String> common(Service service, int replica) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_SECRETS", workspace.noSecrets().toString());
        environment.put("PARLEY_MANAGEMENT_PORT", port(service.managementPort(), replica));
        environment.put("PARLEY_MANAGEMENT_ADDRESS", "127.0.0.1");
        environment.put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers());
        environment.put("PARLEY_REDIS_URL", Redis.url(port(PortName.REDIS)));
        environment.put("PARLEY_DYNAMODB_ENDPOINT", address(PortName.DYNAMODB, 0));
        environment.put("AWS_REGION", "eu-central-1");
        environment.put("AWS_ACCESS_KEY_ID", "local");
        environment.put("AWS_SECRET_ACCESS_KEY", "local");
        return environment;
    }

    private void addGateway(Map<String, String> environment, int replica) {
        environment.put("PARLEY_GATEWAY_ADDRESS", "127.0.0.1");
        environment.put("PARLEY_GATEWAY_PORT", port(PortName.GATEWAY, replica));
        environment.put("PARLEY_LOCAL_KEY", LOCAL_KEY);
        environment.put("PARLEY_PAGE_COLLECTION", "local.help");
        environment.put("PARLEY_ADMIN_KEY_SHA256", ADMIN_KEY_SHA256);
        environment.put("PARLEY_REPLICA", Integer.toString(replica));
    }

    /** The ports with metrics, by job. */
    private Map<String, List<Integer>> targets() {
        Map<String, List<Integer>> targets = new TreeMap<>();
        for (Service service : Service.values()) {
            targets.put(service.module(), ports(service, service.managementPort()));
        }
        targets.put(Kafka.PROGRAM, settings.ports.replicas(PortName.KAFKA_METRICS, settings.brokers));
        return targets;
    }

    /** A port of each replica of a service. */
    private List<Integer> ports(Service service, PortName name) {
        return settings.ports.replicas(name, settings.replicas(service));
    }

    private void addClaude(Map<String, String> environment) {
        switch (settings.claude) {
            case ClaudeAddress.Simulated() -> {
                environment.put(ClaudeAddress.BASE_URL, address(PortName.SIMULATOR, 0));
                environment.put(ClaudeAddress.API_KEY, ClaudeAddress.SIMULATED_KEY);
                environment.put("PARLEY_CLAUDE_CLEARTEXT_HTTP2", "true");
            }
            case ClaudeAddress.Anthropic(String apiKey) -> environment.put(ClaudeAddress.API_KEY, apiKey);
            case ClaudeAddress.Other(String baseUrl, String apiKey) -> {
                environment.put(ClaudeAddress.BASE_URL, baseUrl);
                environment.put(ClaudeAddress.API_KEY, apiKey);
            }
        }
    }

    private Map<String, String> pulse() {
        return Map.of(
                "PARLEY_SECRETS", workspace.noSecrets().toString(),
                "PARLEY_PULSE_ADDRESS", "127.0.0.1",
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers(),
                "PARLEY_PULSE_GATEWAY", managementUrls(Service.GATEWAY),
                "PARLEY_PULSE_CACHE", managementUrls(Service.CACHE),
                "PARLEY_PULSE_INFERENCE", managementUrls(Service.INFERENCE),
                "PARLEY_PULSE_PERSISTENCE", managementUrls(Service.PERSISTENCE));
    }

    /** The management addresses of all replicas of a service, comma-separated. */
    private String managementUrls(Service service) {
        return ports(service, service.managementPort()).stream()
                .map(port -> "http://127.0.0.1:" + port)
                .collect(joining(","));
    }

    /** The OpenTelemetry agent, without the JVM's warning that class data sharing is limited with it; or the recording of a cache. */
    private List<String> instrumentation(Service service) {
        if (!settings.telemetry.isEmpty()) {
            return List.of("-javaagent:" + checkout.openTelemetryAgent(), "-XX:-PrintWarnings", Jvm.C1_ONLY);
        }
        Path recording = settings.recordings.get(service);
        return recording == null ? List.of() : List.of("-XX:AOTCacheOutput=" + recording);
    }

    private Map<String, String> overrides(String program) {
        return settings.environment.getOrDefault(program, Map.of());
    }

    private int port(PortName name) {
        return settings.ports.of(name);
    }

    private String port(PortName name, int replica) {
        return Integer.toString(settings.ports.of(name, replica));
    }

    private String address(PortName name, int replica) {
        return settings.ports.address(name, replica).toString();
    }
}
