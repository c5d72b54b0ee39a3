package dev.parley.eventlog;

import static java.util.Objects.requireNonNull;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The provisioning of the topics in {@link Topics}: creates missing topics, adds partitions and corrects settings. Never
 * removes partitions or topics. Idempotent.
 */
public final class TopicProvisioner {
    /** The replication factor for topics with that of the brokers, {@code default.replication.factor}. */
    public static final short REPLICATION_OF_BROKERS = -1;

    private static final Pattern FACTOR = Pattern.compile("-1|[1-9][0-9]{0,2}");

    private static final int ATTEMPTS = 20;
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Admin admin;
    private final short replicationFactor;

    public TopicProvisioner(Admin admin, short replicationFactor) {
        this.admin = admin;
        this.replicationFactor = replicationFactor;
    }

    /**
     * Applies the changes that are needed, waits until each partition has a leader that serves it, and returns one line for each
     * change. A topic that has just been deleted or created may be listed by a broker that does not know it: then all is looked
     * at again, for five seconds at most.
     */
    public List<String> provision() throws ExecutionException, InterruptedException {
        List<String> changes = new ArrayList<>();
        for (int attempt = 1; ; attempt++) {
            try {
                apply(changes);
                awaitLeaders();
                return changes;
            } catch (ExecutionException e) {
                if (attempt == ATTEMPTS || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                // No request tells when a broker has caught up with the controller.
                Thread.sleep(PAUSE);
            }
        }
    }

    private void apply(List<String> changes) throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<Topic> missing =
                Topics.all().stream().filter(t -> !existing.contains(t.name())).toList();
        List<Topic> present =
                Topics.all().stream().filter(t -> existing.contains(t.name())).toList();
        create(missing, changes);
        grow(present, changes);
        correct(present, changes);
    }

    /**
     * Metadata names a leader before that broker serves the partition. A producer that sends in between may stall for its delivery
     * timeout: its first record is refused, its second accepted, and the first is out of order from then on.
     */
    private void awaitLeaders() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (Topic topic : Topics.all()) {
            for (int i = 0; i < topic.partitions(); i++) {
                partitions.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
            }
        }
        admin.listOffsets(partitions).all().get();
    }

    private void create(List<Topic> missing, List<String> changes) throws ExecutionException, InterruptedException {
        var creations = admin.createTopics(missing.stream()
                .map(t -> new NewTopic(t.name(), t.partitions(), replicationFactor).configs(t.settings()))
                .toList());
        for (KafkaFuture<Void> creation : creations.values().values()) {
            awaitUnless(TopicExistsException.class, creation);
        }
        missing.forEach(t -> changes.add("created " + t.name() + " with " + t.partitions() + " partitions"));
    }

    private void grow(List<Topic> present, List<String> changes) throws ExecutionException, InterruptedException {
        var descriptions = admin.describeTopics(
                        present.stream().map(Topic::name).toList())
                .allTopicNames()
                .get();
        Map<String, NewPartitions> growth = new HashMap<>();
        for (Topic topic : present) {
            int now =
                    requireNonNull(descriptions.get(topic.name())).partitions().size();
            if (now < topic.partitions()) {
                growth.put(topic.name(), NewPartitions.increaseTo(topic.partitions()));
                changes.add("grew " + topic.name() + " from " + now + " to " + topic.partitions() + " partitions");
            }
        }
        for (KafkaFuture<Void> increase :
                admin.createPartitions(growth).values().values()) {
            awaitUnless(InvalidPartitionsException.class, increase);
        }
    }

    /**
     * Waits for a change that a concurrent run may have made first. The metadata of a broker is some milliseconds older than
     * the decision of the controller.
     */
    private static void awaitUnless(Class<? extends ApiException> madeAlready, KafkaFuture<Void> change)
            throws ExecutionException, InterruptedException {
        try {
            change.get();
        } catch (ExecutionException e) {
            if (!madeAlready.isInstance(e.getCause())) {
                throw e;
            }
        }
    }

    private void correct(List<Topic> present, List<String> changes) throws ExecutionException, InterruptedException {
        var current = admin.describeConfigs(
                        present.stream().map(TopicProvisioner::resource).toList())
                .all()
                .get();
        Map<ConfigResource, Collection<AlterConfigOp>> corrections = new HashMap<>();
        for (Topic topic : present) {
            List<AlterConfigOp> wrong = differences(topic, requireNonNull(current.get(resource(topic))));
            if (!wrong.isEmpty()) {
                corrections.put(resource(topic), wrong);
            }
            wrong.stream()
                    .map(AlterConfigOp::configEntry)
                    .forEach(entry ->
                            changes.add("set " + entry.name() + " of " + topic.name() + " to " + entry.value()));
        }
        admin.incrementalAlterConfigs(corrections).all().get();
    }

    private static List<AlterConfigOp> differences(Topic topic, Config current) {
        return topic.settings().entrySet().stream()
                .filter(wanted -> {
                    ConfigEntry found = current.get(wanted.getKey());
                    return found == null || !wanted.getValue().equals(found.value());
                })
                .map(wanted -> new AlterConfigOp(new ConfigEntry(wanted.getKey(), wanted.getValue()), OpType.SET))
                .toList();
    }

    private static ConfigResource resource(Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    /**
     * The command for operators, {@code TopicProvisioner BOOTSTRAP_SERVERS [REPLICATION_FACTOR]}, with the client properties of
     * the environment. Prints the changes.
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 1
                || arguments.length > 2
                || (arguments.length == 2 && !FACTOR.matcher(arguments[1]).matches())) {
            fail(
                    2,
                    "usage: TopicProvisioner BOOTSTRAP_SERVERS [REPLICATION_FACTOR], which is 1 or more, or "
                            + REPLICATION_OF_BROKERS + " for that of the brokers");
        }
        short replicationFactor = arguments.length == 2 ? Short.parseShort(arguments[1]) : REPLICATION_OF_BROKERS;
        try (Admin admin =
                Admin.create(KafkaConnection.of(arguments[0], System.getenv()).client("topic-provisioner", Map.of()))) {
            List<String> changes = new TopicProvisioner(admin, replicationFactor).provision();
            System.out.println(changes.isEmpty() ? "the topics are up to date" : String.join("\n", changes));
        } catch (ExecutionException e) {
            fail(1, "the topics cannot be made: " + e.getCause());
        } catch (KafkaException | IllegalArgumentException e) {
            fail(1, e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause()));
        }
    }

    private static void fail(int status, String reason) {
        System.err.println(reason);
        System.exit(status);
    }
}
