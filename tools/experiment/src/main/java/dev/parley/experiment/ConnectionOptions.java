package dev.parley.experiment;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.selection.UsageException;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import picocli.CommandLine.Option;

/** The options for the log. */
final class ConnectionOptions {
    private static final String VARIABLE = "PARLEY_KAFKA_BOOTSTRAP_SERVERS";
    private static final String LOCAL_STACK = "127.0.0.1:9092";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers; by default $" + VARIABLE + ", else " + LOCAL_STACK + ".")
    private String bootstrapServers = "";

    KafkaConnection connection(Map<String, String> environment) {
        String brokers =
                bootstrapServers.isEmpty() ? environment.getOrDefault(VARIABLE, LOCAL_STACK) : bootstrapServers;
        try {
            return KafkaConnection.of(brokers, environment);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    TopicReader reader(Map<String, String> environment, Clock clock) {
        return TopicReader.connect(connection(environment), IsolationLevel.READ_COMMITTED, clock);
    }
}
