package dev.parley.replay;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which Kafka is read. */
final class BrokerOptions {
    static final String ENVIRONMENT = "PARLEY_KAFKA_BOOTSTRAP_SERVERS";

    private static final String LOCAL_STACK = "127.0.0.1:9092";
    private static final Pattern ADDRESS = Pattern.compile("\\S+:\\d{1,5}");

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers; else $" + ENVIRONMENT + ", else " + LOCAL_STACK + ".")
    private String bootstrapServers = "";

    /**
     * The addresses, from the option, the environment or the local stack.
     *
     * @throws UsageException if one of them is none
     */
    String bootstrapServers(Map<String, String> environment) {
        String chosen = bootstrapServers.isEmpty() ? environment.getOrDefault(ENVIRONMENT, "") : bootstrapServers;
        String addresses = chosen.isBlank() ? LOCAL_STACK : chosen;
        for (String address : List.of(addresses.split(",", -1))) {
            if (!ADDRESS.matcher(address.strip()).matches()) {
                throw new UsageException("'" + address.strip() + "' is no HOST:PORT of a Kafka broker");
            }
        }
        return addresses;
    }
}
