package dev.parley.localstack.servers;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a broker may have beside its plain listener.
 *
 * @param metricsPort where it exports metrics
 * @param detour a listener behind a proxy
 * @param security a listener for users with a password
 * @param environment variables of its process
 */
public record BrokerSettings(
        OptionalInt metricsPort,
        Optional<KafkaDetour> detour,
        Optional<KafkaSecurity> security,
        Map<String, String> environment) {
    /** Nothing. */
    public static final BrokerSettings PLAIN =
            new BrokerSettings(OptionalInt.empty(), Optional.empty(), Optional.empty(), Map.of());
}
