package dev.parley.eventlog;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.parley.eventlog.process.Variables;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to reach the brokers: their addresses, and the client properties that the operator sets for every Kafka client of a
 * process. A property such as {@code security.protocol} is the variable {@code PARLEY_KAFKA_PROPERTIES_SECURITY_PROTOCOL}.
 * Properties in files are read again for each client, so that clients made after a change of a password log in with the new one.
 */
public final class KafkaConnection {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnection.class);

    /** The variables of client properties begin with it; the rest is the name in upper case, with underscores for dots. */
    public static final String PREFIX = "PARLEY_KAFKA_PROPERTIES_";

    private static final String RECONNECT_BACKOFF_MAX = "reconnect.backoff.max.ms";
    private static final int RECONNECT_BACKOFF_MAX_MS = 500;

    /**
     * What Parley sets itself, for each client as its use needs, and what would break its promises: every event on the log
     * once and in order, commits after the work, readers of committed turns, bounded memory, failover within seconds.
     */
    private static final Set<String> RESERVED = Set.of(
            "acks",
            "allow.auto.create.topics",
            "auto.offset.reset",
            "batch.size",
            "bootstrap.servers",
            "buffer.memory",
            "check.crcs",
            "client.id",
            "compression.type",
            "default.api.timeout.ms",
            "delivery.timeout.ms",
            "enable.auto.commit",
            "enable.idempotence",
            "fetch.max.bytes",
            "fetch.max.wait.ms",
            "fetch.min.bytes",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "group.remote.assignor",
            "heartbeat.interval.ms",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "linger.ms",
            "max.block.ms",
            "max.in.flight.requests.per.connection",
            "max.partition.fetch.bytes",
            "max.poll.interval.ms",
            "max.poll.records",
            "max.request.size",
            "metadata.max.age.ms",
            "metadata.max.idle.ms",
            "metadata.recovery.strategy",
            "partition.assignment.strategy",
            "partitioner.class",
            "partitioner.ignore.keys",
            "request.timeout.ms",
            "retries",
            "retry.backoff.ms",
            "session.timeout.ms",
            "transaction.timeout.ms",
            "transaction.two.phase.commit.enable",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    private final String bootstrapServers;
    private final Supplier<Map<String, String>> source;
    /** As read last. */
    private volatile Map<String, String> properties;

    private KafkaConnection(String bootstrapServers, Supplier<Map<String, String>> source) {
        this.bootstrapServers = bootstrapServers;
        this.source = source;
        this.properties = permitted(source.get());
    }

    /** Throws an {@link IllegalArgumentException} if Parley sets one of the properties itself. */
    public KafkaConnection(String bootstrapServers, Map<String, String> properties) {
        this(bootstrapServers, () -> properties);
    }

    private static Map<String, String> permitted(Map<String, String> properties) {
        List<String> refused =
                properties.keySet().stream().filter(RESERVED::contains).sorted().toList();
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(
                    "Parley sets " + String.join(", ", refused) + " itself for each Kafka client: remove "
                            + refused.stream().map(KafkaConnection::variable).collect(joining(", ")));
        }
        return Map.copyOf(properties);
    }

    /** To brokers without security, as on one machine. */
    public static KafkaConnection plain(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of());
    }

    /**
     * To brokers with the properties of the environment and of the directory of secrets; see {@link Variables}.
     *
     * @throws IllegalArgumentException if a property is one that Parley sets itself, or if a file cannot be used
     */
    public static KafkaConnection of(String bootstrapServers, Map<String, String> environment) {
        return new KafkaConnection(
                bootstrapServers,
                () -> Variables.of(environment).entrySet().stream()
                        .filter(variable -> variable.getKey().startsWith(PREFIX))
                        .collect(toMap(variable -> property(variable.getKey()), Map.Entry::getValue)));
    }

    private static String property(String variable) {
        return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }

    public static String variable(String property) {
        return PREFIX + property.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The operator's properties now; while they cannot be read, those that were read last. */
    public Map<String, String> properties() {
        try {
            properties = permitted(source.get());
        } catch (IllegalArgumentException e) {
            LOG.warn("Keeping the properties of Kafka's clients: {}", e.getMessage());
        }
        return properties;
    }

    /**
     * The configuration of one client.
     *
     * @param settings what its use needs
     * @throws IllegalArgumentException if a setting is not reserved, so that the operator's value would have no effect
     */
    public Map<String, Object> client(String clientId, Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(RECONNECT_BACKOFF_MAX, RECONNECT_BACKOFF_MAX_MS);
        config.putAll(properties());
        config.put("bootstrap.servers", bootstrapServers);
        config.put("client.id", clientId);
        new TreeMap<>(settings).forEach((name, value) -> {
            if (!RESERVED.contains(name)) {
                throw new IllegalArgumentException(name + " of " + clientId + " is not among the reserved properties");
            }
            config.put(name, value);
        });
        return config;
    }

    /** Without the values. */
    @Override
    public String toString() {
        return "KafkaConnection[" + bootstrapServers + ", "
                + properties.keySet().stream().sorted().toList() + "]";
    }
}
