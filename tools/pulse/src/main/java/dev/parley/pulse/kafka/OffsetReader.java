package dev.parley.pulse.kafka;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaClients;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the offsets of topics and the lag of consumer groups. Used by one thread. */
public record OffsetReader(Admin kafka, Map<String, String> groups, Duration timeout) implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetReader.class);

    private static final List<String> DEAD_LETTERS =
            List.of(Topics.REQUESTS.dead().name(), Topics.TURNS.dead().name());

    private static final List<String> EVENTS =
            List.of(Topics.REQUESTS.name(), Topics.DELTAS.name(), Topics.TURNS.name());

    /** The topic of each consumer group, by the name of the group on the page. */
    private static final Map<String, String> TOPICS = Map.of(
            "inference-service", Topics.REQUESTS.name(),
            "persistence-worker", Topics.TURNS.name(),
            "cache-service-answers", Topics.TURNS.name());

    /**
     * The offsets of the topics and groups at one moment.
     *
     * @param written by topic, the sum of the partitions' end offsets
     * @param dead by topic of dead letters, the records that it holds
     * @param lags by the name of the consumer group on the page, the offsets that it has not committed, with those of transaction
     *     markers, as of {@code parley.group.lag}; without groups whose offsets are unknown
     */
    public record OffsetReading(Map<String, Long> written, Map<String, Long> dead, Map<String, Long> lags) {}

    /**
     * Makes a reader.
     *
     * @param groups by the name on the page, the consumer group
     * @param timeout bound of each request to Kafka
     * @throws org.apache.kafka.common.KafkaException if no bootstrap server can be resolved
     */
    public OffsetReader(KafkaClients clients, Map<String, String> groups, Duration timeout) {
        this(clients.admin("pulse-offsets", timeout), groups, timeout);
    }

    /**
     * Reads the present offsets.
     *
     * @throws ExecutionException if Kafka cannot be reached, or a topic is missing
     * @throws TimeoutException if a request takes longer than the timeout
     */
    public OffsetReading read() throws InterruptedException, ExecutionException, TimeoutException {
        List<String> topics = new ArrayList<>(EVENTS);
        topics.addAll(DEAD_LETTERS);
        List<TopicPartition> partitions = new ArrayList<>();
        await(kafka.describeTopics(topics).allTopicNames())
                .forEach((name, topic) -> topic.partitions()
                        .forEach(partition -> partitions.add(new TopicPartition(name, partition.partition()))));
        Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<String, Long> written = new HashMap<>();
        Map<String, Long> dead = new HashMap<>();
        ends.forEach((partition, end) -> {
            written.merge(partition.topic(), end, Long::sum);
            if (DEAD_LETTERS.contains(partition.topic())) {
                dead.merge(partition.topic(), end - begins.getOrDefault(partition, end), Long::sum);
            }
        });
        return new OffsetReading(written, dead, lags(begins, ends));
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        await(kafka.listOffsets(partitions.stream().collect(toMap(each -> each, _ -> which)))
                        .all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private Map<String, Long> lags(Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends)
            throws InterruptedException, TimeoutException {
        var committed = kafka.listConsumerGroupOffsets(
                groups.values().stream().collect(toMap(group -> group, _ -> new ListConsumerGroupOffsetsSpec())));
        Map<String, Long> lags = new HashMap<>();
        for (Map.Entry<String, String> group : groups.entrySet()) {
            try {
                var offsets = await(committed.partitionsToOffsetAndMetadata(group.getValue()));
                long lag = 0;
                for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                    TopicPartition partition = end.getKey();
                    if (partition.topic().equals(TOPICS.get(group.getKey()))) {
                        long begin = begins.getOrDefault(partition, end.getValue());
                        OffsetAndMetadata processed = offsets.get(partition);
                        long from = processed == null ? begin : Math.max(begin, processed.offset());
                        lag += Math.max(0, end.getValue() - from);
                    }
                }
                lags.put(group.getKey(), lag);
            } catch (ExecutionException e) {
                LOG.debug("The offsets of {} are unknown: {}", group.getValue(), e.toString());
            }
        }
        return lags;
    }

    private <T> T await(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        kafka.close(Duration.ZERO);
    }
}
