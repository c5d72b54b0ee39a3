package dev.parley.localstack.servers;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a broker may have beside its plain listener.
 *
 * @param metricsPort where it exports metrics
 * @param environment variables of its process
 */
public record BrokerSettings(OptionalInt metricsPort, List<KafkaListener> listeners, Map<String, String> environment) {
    /** Nothing. */
    public static final BrokerSettings PLAIN = new BrokerSettings(OptionalInt.empty(), List.of(), Map.of());

    public BrokerSettings {
        listeners = List.copyOf(listeners);
        environment = Map.copyOf(environment);
    }
}
