package dev.parley.localstack.cli;

import dev.parley.contracts.topic.TopicProvisioner;
import dev.parley.localstack.parts.KafkaPart;
import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.parts.PortName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** {@code topics}: what operators run against any broker, here against the local one unless told otherwise. */
final class MakeTopics {
    private static final String SERVERS = "PARLEY_KAFKA_BOOTSTRAP_SERVERS";
    private static final int ANSWER_MILLIS_MAX = 10_000;

    private final Map<String, String> environment;
    private final Console console;

    MakeTopics(Map<String, String> environment, Console console) {
        this.environment = environment;
        this.console = console;
    }

    int run() {
        String local = KafkaPart.bootstrapServers(PortMap.from(environment).of(PortName.KAFKA));
        String servers = environment.getOrDefault(SERVERS, local);
        short copies = Short.parseShort(environment.getOrDefault("PARLEY_KAFKA_REPLICATION_FACTOR", "1"));
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", servers,
                "client.id", "topics",
                "request.timeout.ms", ANSWER_MILLIS_MAX,
                "default.api.timeout.ms", ANSWER_MILLIS_MAX))) {
            List<String> changes = new TopicProvisioner(admin, copies).provision();
            console.say(changes.isEmpty() ? "The topics are as they should be." : String.join("\n", changes));
            return 0;
        } catch (ExecutionException e) {
            console.complain("The topics at " + servers + " cannot be made: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
