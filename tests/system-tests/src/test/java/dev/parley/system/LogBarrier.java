package dev.parley.system;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * A barrier on the log: all requests written before it are committed by their owners, and all transactions open then
 * are decided. A service commits a request only when its turn is on the log, so no further turns of these requests
 * follow. Takes about a service's commit interval, one second.
 */
final class LogBarrier {
    private final String kafka;
    private final String requests;
    private final String owners;
    private final TopicReader reader;

    /**
     * @param requests the topic of the requests
     * @param owners the group that reads them
     */
    LogBarrier(String kafka, String requests, String owners) {
        this.kafka = kafka;
        this.requests = requests;
        this.owners = owners;
        this.reader = new TopicReader(kafka);
    }

    /** Waits for requests and transactions, at most a minute each. */
    void await() throws Exception {
        await(Duration.ofMinutes(1));
    }

    /** The same with another limit for the requests, which may have long answers. */
    void await(Duration limit) throws Exception {
        Map<TopicPartition, Long> ends = ends(requests);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            Eventually.value(() -> unfinished(admin, ends), Map::isEmpty, limit);
            awaitDecided(admin);
        }
    }

    /** The end of each partition by its last record; a transaction marker may follow, which is never committed. */
    private Map<TopicPartition, Long> ends(String topic) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        reader.all(topic)
                .forEach(event ->
                        ends.merge(new TopicPartition(topic, event.partition()), event.offset() + 1, Math::max));
        return ends;
    }

    /** The partitions that the owners have not committed completely, with their progress. */
    private Map<TopicPartition, String> unfinished(Admin admin, Map<TopicPartition, Long> ends) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(owners)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, String> unfinished = new HashMap<>();
        ends.forEach((partition, end) -> {
            OffsetAndMetadata offset = committed.get(partition);
            long done = offset == null ? 0 : offset.offset();
            if (done < end) {
                unfinished.put(partition, owners + " has finished " + done + " of " + end);
            }
        });
        return unfinished;
    }

    private static void awaitDecided(Admin admin) throws Exception {
        Map<TopicPartition, Long> written = ends(admin, IsolationLevel.READ_UNCOMMITTED);
        Eventually.value(
                () -> ends(admin, IsolationLevel.READ_COMMITTED),
                decided -> written.entrySet().stream()
                        .allMatch(end -> decided.getOrDefault(end.getKey(), 0L) >= end.getValue()));
    }

    /** The end of each partition of the turns. */
    private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, Topics.TURNS.partitions())
                .boxed()
                .collect(toMap(
                        partition -> new TopicPartition(Topics.TURNS.name(), partition), _ -> OffsetSpec.latest()));
        return admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get().entrySet().stream()
                .collect(toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    }
}
