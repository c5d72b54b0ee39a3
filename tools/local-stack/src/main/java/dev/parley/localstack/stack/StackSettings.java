package dev.parley.localstack.stack;

import dev.parley.localstack.parts.KafkaDetour;
import dev.parley.localstack.parts.PortMap;
import java.util.Map;
import java.util.Optional;

/**
 * What can be chosen about the system.
 *
 * @param environment variables for single parts, by the part's name, over what they are given anyway
 * @param detour a way to Kafka that a test can cut
 */
public record StackSettings(
        PortMap ports,
        Replicas replicas,
        ClaudeAddress claude,
        Telemetry telemetry,
        Map<String, Map<String, String>> environment,
        Optional<KafkaDetour> detour) {
    public StackSettings {
        environment = Map.copyOf(environment);
    }

    /** What {@code ./parley up} starts. */
    public static StackSettings from(Map<String, String> environment, Replicas replicas) {
        return new StackSettings(
                PortMap.from(environment),
                replicas,
                ClaudeAddress.from(environment),
                Telemetry.from(environment),
                Map.of(),
                Optional.empty());
    }
}
