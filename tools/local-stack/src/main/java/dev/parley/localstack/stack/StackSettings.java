package dev.parley.localstack.stack;

import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaDetour;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Service;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The choices of one start of the system.
 *
 * @param replicas the number of processes of each service, by default one
 * @param telemetry see {@link Telemetry}; empty for no traces
 * @param environment variables that override those of the plan, by the name of the program
 * @param recordings the AOT caches that services write when they end; see {@link Training}
 */
public record StackSettings(
        PortMap ports,
        Map<Service, Integer> replicas,
        ClaudeAddress claude,
        Map<String, String> telemetry,
        Map<String, Map<String, String>> environment,
        Optional<KafkaDetour> detour,
        Map<Service, Path> recordings) {
    public StackSettings {
        replicas = Map.copyOf(replicas);
        replicas.forEach((service, count) -> {
            if (count < 0 || count > PortMap.REPLICAS_MAX) {
                throw new IllegalArgumentException(
                        service.module() + " can have 0 to " + PortMap.REPLICAS_MAX + " replicas, not " + count);
            }
        });
        telemetry = Map.copyOf(telemetry);
        environment = Map.copyOf(environment);
        recordings = Map.copyOf(recordings);
    }

    /** The settings of {@code ./parley up}. */
    public static StackSettings from(Map<String, String> environment, Map<Service, Integer> replicas) {
        return new StackSettings(
                PortMap.from(environment),
                replicas,
                ClaudeAddress.from(environment),
                Telemetry.from(environment),
                Map.of(),
                Optional.empty(),
                Map.of());
    }

    int replicas(Service service) {
        return replicas.getOrDefault(service, 1);
    }

    public String bootstrapServers() {
        return Kafka.bootstrapServers(ports.of(PortName.KAFKA));
    }
}
