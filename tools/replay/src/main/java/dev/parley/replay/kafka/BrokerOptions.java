package dev.parley.replay.kafka;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.process.Variables;
import dev.parley.replay.selection.UsageException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Option;

/** The option that names the brokers. */
public final class BrokerOptions {
    private static final String VARIABLE = "PARLEY_KAFKA_BOOTSTRAP_SERVERS";
    private static final String LOCAL_STACK = "127.0.0.1:9092";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers; by default $" + VARIABLE + ", else " + LOCAL_STACK + ".")
    private String bootstrapServers = "";

    /**
     * The connection to the brokers of the option, of the variable (see {@link Variables}) or of the local stack.
     *
     * @throws UsageException if an address, or a property of the Kafka client, is malformed
     */
    public KafkaConnection connection(Map<String, String> environment) {
        try {
            String chosen = bootstrapServers.isEmpty()
                    ? Variables.of(environment).getOrDefault(VARIABLE, "")
                    : bootstrapServers;
            String brokers = chosen.isBlank() ? LOCAL_STACK : chosen;
            for (String address : List.of(brokers.split(",", -1))) {
                if (Utils.getPort(address.strip()) == null) {
                    throw new UsageException("'" + address.strip() + "' is not the HOST:PORT of a Kafka broker");
                }
            }
            return KafkaConnection.of(brokers, environment);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
