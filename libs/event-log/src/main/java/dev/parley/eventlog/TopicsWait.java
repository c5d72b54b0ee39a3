package dev.parley.eventlog;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits until topics have the partitions that this version needs, so that a pod starts after they are provisioned. Only
 * the right to describe these topics is needed.
 */
public final class TopicsWait implements AutoCloseable {
    private static final Duration WAIT_MAX = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Supplier<Admin> clients;
    private @Nullable Admin client;

    TopicsWait(Supplier<Admin> clients) {
        this.clients = clients;
    }

    /**
     * The command for pods, {@code TopicsWait BOOTSTRAP_SERVERS TOPIC...}, with the client properties of the environment. Exits
     * with 1 after ten minutes.
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2) {
            System.err.println("usage: TopicsWait BOOTSTRAP_SERVERS TOPIC...");
            System.exit(2);
        }
        List<Topic> needed = Stream.of(arguments).skip(1).map(TopicsWait::named).toList();
        Instant end = Instant.now().plus(WAIT_MAX);
        KafkaConnection kafka = KafkaConnection.of(arguments[0], System.getenv());
        try (TopicsWait wait = new TopicsWait(() -> Admin.create(kafka.client("topics-wait", Map.of())))) {
            List<String> missing = wait.missing(needed);
            while (!missing.isEmpty()) {
                System.out.println("waiting for " + String.join(", ", missing));
                if (Instant.now().isAfter(end)) {
                    System.exit(1);
                }
                Thread.sleep(PAUSE);
                missing = wait.missing(needed);
            }
        }
    }

    /** All topics while no name of a broker resolves: a client is refused at once then. */
    List<String> missing(List<Topic> needed) throws InterruptedException {
        try {
            Admin admin = client == null ? clients.get() : client;
            client = admin;
            Map<String, KafkaFuture<TopicDescription>> described = describe(admin, needed);
            List<String> missing = missing(needed, described);
            if (described.values().stream().anyMatch(TopicsWait::hasFailed)) {
                close();
            }
            return missing;
        } catch (KafkaException e) {
            if (!(e.getCause() instanceof ConfigException reason)
                    || !String.valueOf(reason.getMessage()).contains(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)) {
                throw e;
            }
            return needed.stream()
                    .map(topic -> topic.name() + " (" + reason + ")")
                    .toList();
        }
    }

    /** Whether the next request gets another client, with new connections. That a topic is missing is an answer. */
    private static boolean hasFailed(KafkaFuture<?> described) {
        return described.isCompletedExceptionally()
                && !(described.exceptionNow() instanceof UnknownTopicOrPartitionException);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close(Duration.ZERO);
            client = null;
        }
    }

    private static Topic named(String name) {
        return Topics.all().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Parley has no topic " + name));
    }

    private static Map<String, KafkaFuture<TopicDescription>> describe(Admin admin, List<Topic> topics) {
        return admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
    }

    /** The needed topics that are missing, too small or cannot be described, each with the reason. */
    static List<String> missing(List<Topic> needed, Map<String, KafkaFuture<TopicDescription>> described)
            throws InterruptedException {
        List<String> missing = new ArrayList<>();
        for (Topic topic : needed) {
            try {
                int partitions = requireNonNull(described.get(topic.name()))
                        .get()
                        .partitions()
                        .size();
                if (partitions < topic.partitions()) {
                    missing.add(topic.name() + " (" + partitions + " of " + topic.partitions() + " partitions)");
                }
            } catch (ExecutionException e) {
                missing.add(topic.name() + " (" + e.getCause() + ")");
            }
        }
        return missing;
    }
}
