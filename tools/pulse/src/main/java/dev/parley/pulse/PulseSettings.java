package dev.parley.pulse;

import dev.parley.eventlog.KafkaConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of the process.
 *
 * @param address to listen on
 * @param port 0 for any that is free
 * @param keySha256 SHA-256 of the operators' key in hexadecimal digits; empty for none, on a loopback address only
 * @param services by name, the base addresses of the management ports; a host name with several addresses is that many
 *     replicas
 * @param groups by the name on the page, the consumer group at Kafka
 * @param refresh pause between two readings of offsets and metrics
 */
record PulseSettings(
        String address,
        int port,
        String keySha256,
        KafkaConnection kafka,
        Map<String, List<URI>> services,
        Map<String, String> groups,
        Duration refresh) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final int PORT_MAX = 65_535;

    PulseSettings {
        if (keySha256.isEmpty() && !isLoopback(address)) {
            throw new IllegalArgumentException("PARLEY_PULSE_ADDRESS=" + address
                    + " is not a loopback address: set PARLEY_PULSE_KEY_SHA256 to the SHA-256 of an operators' key");
        }
        if (!keySha256.isEmpty() && !SHA256.matcher(keySha256).matches()) {
            throw new IllegalArgumentException("PARLEY_PULSE_KEY_SHA256 is not 64 hexadecimal digits");
        }
    }

    /**
     * The settings of an environment, with defaults for what is absent.
     *
     * @throws IllegalArgumentException if a value is invalid; the message names the variable
     */
    static PulseSettings from(Map<String, String> environment) {
        return new PulseSettings(
                text(environment, "PARLEY_PULSE_ADDRESS", "127.0.0.1"),
                port(text(environment, "PARLEY_PULSE_PORT", "9480")),
                text(environment, "PARLEY_PULSE_KEY_SHA256", ""),
                KafkaConnection.of(
                        environment.getOrDefault("PARLEY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"), environment),
                Map.of(
                        "gateway-service", addresses(environment, "PARLEY_PULSE_GATEWAY", "http://127.0.0.1:9080"),
                        "cache-service", addresses(environment, "PARLEY_PULSE_CACHE", "http://127.0.0.1:9280"),
                        "inference-service", addresses(environment, "PARLEY_PULSE_INFERENCE", "http://127.0.0.1:9180"),
                        "persistence-worker",
                                addresses(environment, "PARLEY_PULSE_PERSISTENCE", "http://127.0.0.1:9380")),
                Map.of(
                        "inference-service", text(environment, "PARLEY_PULSE_INFERENCE_GROUP", "inference-service"),
                        "persistence-worker", text(environment, "PARLEY_PULSE_PERSISTENCE_GROUP", "persistence-worker"),
                        "cache-service-answers", "cache-service-answers"),
                Duration.ofSeconds(2));
    }

    private static String text(Map<String, String> environment, String variable, String fallback) {
        return environment.getOrDefault(variable, fallback).strip();
    }

    private static List<URI> addresses(Map<String, String> environment, String variable, String fallback) {
        try {
            return Stream.of(text(environment, variable, fallback).split(","))
                    .map(String::strip)
                    .filter(address -> !address.isEmpty())
                    .map(URI::create)
                    .peek(PulseSettings::requireHttp)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + " is not a list of http addresses: " + e.getMessage(), e);
        }
    }

    private static void requireHttp(URI address) {
        if (address.getHost() == null || !List.of("http", "https").contains(String.valueOf(address.getScheme()))) {
            throw new IllegalArgumentException(address.toString());
        }
    }

    private static int port(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > PORT_MAX) {
            throw new IllegalArgumentException("PARLEY_PULSE_PORT=" + text + " is not a port (0 to " + PORT_MAX + ")");
        }
        return Integer.parseInt(text);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("PARLEY_PULSE_ADDRESS=" + address + " is not an address", e);
        }
    }
}
