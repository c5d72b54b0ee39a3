package dev.parley.eventlog;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The broker of all suites, which run one after another: a local one, or with the property {@code tests.broker.image} a
 * container of that image. It ends with the JVM.
 */
final class Broker {
    private static final String BOOTSTRAP_SERVERS = start();

    private Broker() {}

    private static String start() {
        String image = System.getProperty("tests.broker.image", "");
        if (image.isEmpty()) {
            return LocalKafka.start().bootstrapServers();
        }
        // Not for a line of its log, which depends on the image's configuration.
        KafkaContainer container = new KafkaContainer(image)
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .waitingFor(Wait.forListeningPort());
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
        container.start();
        System.out.println("The broker runs in a container of " + image);
        return container.getBootstrapServers();
    }

    /** Clients of the broker. Their metrics are not exported. */
    static KafkaClients clients() {
        return new KafkaClients(KafkaConnection.plain(BOOTSTRAP_SERVERS), new SimpleMeterRegistry());
    }

    static String bootstrapServers() {
        return BOOTSTRAP_SERVERS;
    }

    static Admin admin() {
        return clients().admin("test", Duration.ofSeconds(20));
    }

    /** The committed records of a topic so far, in the order of each partition. */
    static List<ConsumerRecord<String, byte[]>> records(Topic topic) {
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (Consumer<String, byte[]> consumer =
                clients().shortLivedConsumer("test-reader", Map.of("isolation.level", "read_committed"))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** Deletes all topics and their records, but for Kafka's own. */
    static void empty() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            for (var deletion :
                    admin.deleteTopics(topics(admin)).topicNameValues().values()) {
                deleted(deletion);
            }
            await(admin, Set.of());
        }
    }

    /** Waits for a deletion; the broker may have listed a topic that its controller had deleted. */
    private static void deleted(KafkaFuture<Void> deletion) throws ExecutionException, InterruptedException {
        try {
            deletion.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
    }

    /** Deletes all topics, and creates those of Parley. */
    static void withEmptyTopics() throws ExecutionException, InterruptedException {
        empty();
        try (Admin admin = admin()) {
            new TopicProvisioner(admin, (short) 1).provision();
            await(admin, Topics.all().stream().map(topic -> topic.name()).collect(Collectors.toSet()));
        }
    }

    /** Waits up to a minute for exactly these topics: a broker learns of changes after the controller. */
    static void await(Admin admin, Set<String> expected) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> topics(admin), expected::equals);
    }

    private static Set<String> topics(Admin admin) throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get();
    }
}
