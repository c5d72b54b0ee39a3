package dev.parley.system;

import dev.parley.contracts.topic.Topics;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A barrier on the log: all requests written before it are committed by their owners, and all transactions open then
 * are decided. A service commits a request only when its turn is on the log, so no further turns of these requests
 * follow. Takes about a service's commit interval, one second.
 */
final class LogBarrier {
    private static final String OWNERS = "inference-service";

    private final String kafka;
    private final TopicReader reader;

    LogBarrier(String kafka) {
        this.kafka = kafka;
        this.reader = new TopicReader(kafka);
    }

    /** Waits for requests and transactions, at most a minute each. */
    void await() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            awaitFinished(admin, Topics.REQUESTS.name());
        }
        awaitDecided(Topics.TURNS.name());
    }

    private void awaitFinished(Admin admin, String topic) throws Exception {
        Map<TopicPartition, Long> ends = ends(topic);
        Eventually.value(() -> unfinished(admin, OWNERS, ends), Map::isEmpty);
    }

    /** The end of each partition by its last record; a transaction marker may follow, which is never committed. */
    private Map<TopicPartition, Long> ends(String topic) {
        Map<TopicPartition, Long> ends = new TreeMap<>(LogBarrier::compare);
        reader.all(topic)
                .forEach(event ->
                        ends.merge(new TopicPartition(topic, event.partition()), event.offset() + 1, Math::max));
        return ends;
    }

    private static int compare(TopicPartition one, TopicPartition other) {
        return one.toString().compareTo(other.toString());
    }

    /** The partitions that the group has not committed completely, with their progress. */
    private static Map<TopicPartition, String> unfinished(Admin admin, String group, Map<TopicPartition, Long> ends)
            throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, String> unfinished = new TreeMap<>(LogBarrier::compare);
        ends.forEach((partition, end) -> {
            OffsetAndMetadata offset = committed.get(partition);
            long done = offset == null ? 0 : offset.offset();
            if (done < end) {
                unfinished.put(partition, group + " has finished " + done + " of " + end);
            }
        });
        return unfinished;
    }

    private void awaitDecided(String topic) throws Exception {
        Map<TopicPartition, Long> written = reader.ends(topic, "read_uncommitted");
        Eventually.value(
                () -> reader.ends(topic, "read_committed"),
                decided -> written.entrySet().stream()
                        .allMatch(end -> decided.getOrDefault(end.getKey(), 0L) >= end.getValue()));
    }
}
