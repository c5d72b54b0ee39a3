package dev.parley.localstack;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.BrokerSettings;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Kafka;
import dev.parley.localstack.servers.KafkaCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka broker. A topic is not created by its use: call {@link #withTopics()}, or create it. */
public final class LocalKafka extends LocalServer {
    private final String bootstrapServers;

    private LocalKafka(Workspace workspace, int port, int controllerPort) {
        super(
                workspace,
                Kafka.process(
                        Checkout.find(),
                        workspace,
                        KafkaCluster.single(port, controllerPort),
                        0,
                        BrokerSettings.PLAIN));
        this.bootstrapServers = Kafka.bootstrapServers(port);
    }

    /** Starts an empty broker and waits until topics can be created, which takes about four seconds. */
    public static LocalKafka start() {
        List<Integer> ports = FreePorts.pick(2);
        return new LocalKafka(Workspace.fresh("kafka"), ports.get(0), ports.get(1));
    }

    /**
     * The broker of this JVM, with the topics of Parley, for tests that neither stop it nor write many megabytes. It is
     * started on first use and ends with the JVM.
     */
    public static LocalKafka shared() {
        return Shared.KAFKA;
    }

    private static final class Shared {
        private static final LocalKafka KAFKA = start().withTopics();
    }

    /** As of every server. The first one of a build ends normally: it writes the archive of classes, with which others start faster. */
    @Override
    public void close() {
        if (!Kafka.hasClassArchive(Checkout.find())) {
            stop();
        }
        super.close();
    }

    public LocalKafka withTopics() {
        Kafka.provisionTopics(KafkaConnection.plain(bootstrapServers), (short) 1, Duration.ofSeconds(60));
        return this;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public KafkaProducer<String, byte[]> producer() {
        return producer(Map.of());
    }

    /** A producer of events with more settings, such as its {@code transactional.id}. */
    public KafkaProducer<String, byte[]> producer(Map<String, ?> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("max.request.size", Topics.TURNS.recordBytesMax());
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
