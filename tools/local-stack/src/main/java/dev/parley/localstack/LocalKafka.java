package dev.parley.localstack;

import dev.parley.contracts.topic.TopicProvisioner;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.KafkaPart;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** A Kafka broker. Topics are not made by using them: call {@link #withTopics()} or make your own. */
public final class LocalKafka extends LocalServer {
    private final String bootstrapServers;

    private LocalKafka(Workspace workspace, int port, int controllerPort) {
        super(workspace, KafkaPart.plan(Checkout.find(), workspace, port, controllerPort, Optional.empty()));
        this.bootstrapServers = KafkaPart.bootstrapServers(port);
    }

    /** Starts an empty broker and waits until topics can be made, which takes about four seconds. */
    public static LocalKafka start() {
        List<Integer> ports = FreePorts.pick(2);
        return new LocalKafka(Workspace.fresh("kafka"), ports.get(0), ports.get(1));
    }

    /** Makes the topics of Parley. */
    public LocalKafka withTopics() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            new TopicProvisioner(admin, (short) 1).provision();
            return this;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics cannot be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were made", e);
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }
}
