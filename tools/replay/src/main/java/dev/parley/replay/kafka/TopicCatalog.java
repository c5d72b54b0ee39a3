package dev.parley.replay.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** The topics of a broker. Also the first to notice, within four seconds, that there is no broker. */
public final class TopicCatalog implements AutoCloseable {
    private static final int ANSWER_MILLIS_MAX = 4_000;

    private final String bootstrapServers;
    private final Admin admin;

    /**
     * Makes the catalogue of a broker.
     *
     * @throws BrokerUnreachableException if none of the names can be resolved
     * @throws IllegalArgumentException if an address is none
     */
    public TopicCatalog(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        try {
            this.admin = Admin.create(Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                    bootstrapServers,
                    AdminClientConfig.CLIENT_ID_CONFIG,
                    "parley-replay",
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    ANSWER_MILLIS_MAX,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                    ANSWER_MILLIS_MAX));
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    /** A topic and how many offsets it spans, which is at least the number of its records. */
    public record Entry(String topic, int partitions, long offsets) {}

    /** All topics but Kafka's own, by name. */
    public List<Entry> entries() {
        Map<String, TopicDescription> topics =
                answer(admin.describeTopics(names()).allTopicNames());
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        topics.values()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> partitions.put(
                                new TopicPartition(topic.name(), partition.partition()), OffsetSpec.earliest())));
        var begins = answer(admin.listOffsets(partitions).all());
        partitions.replaceAll((_, _) -> OffsetSpec.latest());
        Map<String, Long> offsets = new HashMap<>();
        answer(admin.listOffsets(partitions).all())
                .forEach((partition, end) -> offsets.merge(
                        partition.topic(),
                        end.offset() - requireNonNull(begins.get(partition)).offset(),
                        Long::sum));
        return topics.values().stream()
                .map(topic ->
                        new Entry(topic.name(), topic.partitions().size(), offsets.getOrDefault(topic.name(), 0L)))
                .sorted(Comparator.comparing(Entry::topic))
                .toList();
    }

    /** How many partitions a topic has; empty if it does not exist. */
    public OptionalInt partitions(String topic) {
        if (!names().contains(topic)) {
            return OptionalInt.empty();
        }
        var description = answer(admin.describeTopics(List.of(topic)).allTopicNames());
        return OptionalInt.of(
                requireNonNull(description.get(topic)).partitions().size());
    }

    public List<String> names() {
        return answer(admin.listTopics(new ListTopicsOptions().listInternal(false))
                        .names())
                .stream()
                .sorted()
                .toList();
    }

    private <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    private BrokerUnreachableException unreachable(Exception cause) {
        return new BrokerUnreachableException(
                "no Kafka broker answers at " + bootstrapServers
                        + "; is it up (./parley ps), and is the address right (--bootstrap-servers)?",
                cause);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
