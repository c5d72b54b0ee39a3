package dev.parley.localstack.stack;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaListener;
import dev.parley.localstack.servers.Monitoring;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Prometheus;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.servers.Varnish;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The choices of one start of the system: by default one process of each service, the simulator, and no traces. */
public final class StackSettings {
    PortMap ports;
    final Map<Service, Integer> replicas = new EnumMap<>(Service.class);
    final Map<String, Map<String, String>> environment = new HashMap<>();
    final Map<ProcessName, Checkout> releases = new HashMap<>();
    final Map<Service, Path> recordings = new EnumMap<>(Service.class);
    ClaudeAddress claude = new ClaudeAddress.Simulated();
    Map<String, String> telemetry = Map.of();
    final List<KafkaListener> kafkaListeners = new ArrayList<>();
    Consumer<KafkaConnection> access = _ -> {};
    List<String> redisArguments = List.of();
    Optional<Monitoring> monitoring = Optional.empty();
    boolean edge;
    int brokers = 1;

    /** Uses free ports. */
    public StackSettings() {
        this(PortMap.free());
    }

    public StackSettings(PortMap ports) {
        this.ports = ports;
    }

    /** The settings of {@code ./parley up}. */
    public static StackSettings from(Map<String, String> environment) {
        StackSettings settings = new StackSettings(PortMap.from(environment));
        settings.claude = ClaudeAddress.from(environment);
        settings.telemetry = Telemetry.from(environment);
        return settings;
    }

    /** Sets the number of processes of this service; 0 leaves it out. */
    public StackSettings replicas(String service, int count) {
        Service known = Service.of(service);
        if (count < 0 || count > PortMap.REPLICAS_MAX) {
            throw new IllegalArgumentException(
                    service + " can have 0 to " + PortMap.REPLICAS_MAX + " replicas, not " + count);
        }
        replicas.put(known, count);
        return this;
    }

    /** Runs a replica of a service from another checkout, such as that of an earlier release. It must be built. */
    public StackSettings release(String service, int replica, Checkout checkout) {
        releases.put(Service.of(service).replica(replica), checkout);
        return this;
    }

    /**
     * Adds variables for a program, or for a replica such as {@code gateway-service-1}, which override those of the plan; an
     * empty one removes it.
     */
    public StackSettings environment(String program, Map<String, String> variables) {
        environment.computeIfAbsent(program, _ -> new HashMap<>()).putAll(variables);
        return this;
    }

    /** Has this address called instead of the simulator, which is not started. */
    public StackSettings claude(ClaudeAddress address) {
        claude = address;
        return this;
    }

    /** Attaches the OpenTelemetry agent to the services; it exports spans to this address every 200 ms. */
    public StackSettings traces(URI collector) {
        telemetry = Map.of(Telemetry.ENDPOINT, collector.toString(), "OTEL_BSP_SCHEDULE_DELAY", "200");
        return this;
    }

    /** Gives the broker another listener, which the test has processes connect to. */
    public StackSettings kafkaListener(KafkaListener listener) {
        kafkaListeners.add(listener);
        return this;
    }

    /** Sets what follows the creation of the topics, before a service starts, such as access control lists (ACLs). */
    public StackSettings access(Consumer<KafkaConnection> access) {
        this.access = access;
        return this;
    }

    /** Starts a cluster of Kafka brokers. With three, every record is on all of them, and a write needs two. */
    public StackSettings brokers(int count) {
        brokers = count;
        return this;
    }

    /** Starts Redis with more arguments, such as a port with TLS. */
    public StackSettings redisArguments(List<String> arguments) {
        redisArguments = List.copyOf(arguments);
        return this;
    }

    /** Starts Varnish before the gateways. */
    public StackSettings edge() {
        edge = true;
        return this;
    }

    /** Starts Prometheus with the alerts, and Alertmanager. */
    public StackSettings monitoring(Monitoring chosen) {
        monitoring = Optional.of(chosen);
        return this;
    }

    /**
     * Keeps what was started before in the plan, also what has ended since, so that a process which lists others is given all of
     * them. A port that no variable chooses stays the one on which others look for it.
     */
    public StackSettings keep(List<StackFile.Entry> started) {
        for (StackFile.Entry entry : started) {
            ports = ports.keep(entry.ports(), entry.replica());
            if (entry.processName().equals(Varnish.NAME)) {
                edge();
            } else if (entry.processName().equals(Prometheus.NAME)) {
                monitoring(Monitoring.STANDARD);
            } else if (entry.service()) {
                Service service = Service.of(entry.name());
                replicas.put(service, Math.max(replicas(service), entry.replica() + 1));
            }
        }
        return this;
    }

    /** Has a service write its AOT cache to this file when it ends; see {@link Training}. */
    StackSettings recording(Service service, Path cache) {
        recordings.put(service, cache);
        return this;
    }

    public PortMap ports() {
        return ports;
    }

    public ClaudeAddress claude() {
        return claude;
    }

    int replicas(Service service) {
        return replicas.getOrDefault(service, 1);
    }

    public String bootstrapServers() {
        return Kafka.bootstrapServers(ports.replicas(PortName.KAFKA, brokers));
    }
}
