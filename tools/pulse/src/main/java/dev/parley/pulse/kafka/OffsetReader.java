package dev.parley.pulse.kafka;

import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.pulse.turns.RecentTurns;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the offsets of topics and the lag of consumer groups. Used by one thread. */
public final class OffsetReader implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetReader.class);

    private static final List<String> DEAD_LETTERS =
            List.of(Topics.REQUESTS.dead().name(), Topics.TURNS.dead().name());

    private static final List<String> TOPICS = Stream.concat(
                    Stream.of(Topics.REQUESTS.name(), Topics.DELTAS.name(), Topics.TURNS.name()), DEAD_LETTERS.stream())
            .toList();

    /** The topic of each consumer group. */
    private static final Map<String, Topic> GROUPS = Map.of(
            "inference-service", Topics.REQUESTS,
            "persistence-worker", Topics.TURNS,
            "cache-service-answers", Topics.TURNS);

    private final Admin kafka;
    private final RecentTurns turns;
    private final Duration timeout;

    /**
     * Makes a reader.
     *
     * @param turns counts the turns among the offsets of {@code chat.turns}
     * @param timeout bound of each request to Kafka
     * @throws org.apache.kafka.common.KafkaException if no bootstrap server can be resolved
     */
    public OffsetReader(String bootstrapServers, RecentTurns turns, Duration timeout) {
        this.turns = turns;
        this.timeout = timeout;
        this.kafka = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "pulse-offsets",
                "request.timeout.ms",
                (int) timeout.toMillis(),
                "default.api.timeout.ms",
                (int) timeout.toMillis(),
                "reconnect.backoff.max.ms",
                500));
    }

    private record Bounds(long begin, long end) {}

    /**
     * Reads the present offsets.
     *
     * @throws ExecutionException if Kafka cannot be reached, or a topic is missing
     * @throws TimeoutException if a request takes longer than the timeout
     */
    public OffsetReading read() throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Bounds> partitions = bounds();
        Map<String, Long> written = new HashMap<>();
        Map<String, Long> dead = new HashMap<>();
        partitions.forEach((partition, bounds) -> {
            written.merge(partition.topic(), bounds.end(), Long::sum);
            if (DEAD_LETTERS.contains(partition.topic())) {
                dead.merge(partition.topic(), bounds.end() - bounds.begin(), Long::sum);
            }
        });
        return new OffsetReading(written, dead, lags(partitions));
    }

    private Map<String, Long> lags(Map<TopicPartition, Bounds> partitions)
            throws InterruptedException, TimeoutException {
        var committed = kafka.listConsumerGroupOffsets(GROUPS.keySet().stream()
                .collect(Collectors.toMap(group -> group, _ -> new ListConsumerGroupOffsetsSpec())));
        Map<String, Long> lags = new HashMap<>();
        for (Map.Entry<String, Topic> group : GROUPS.entrySet()) {
            try {
                var offsets = await(committed.partitionsToOffsetAndMetadata(group.getKey()));
                lags.put(
                        group.getKey(),
                        partitions.entrySet().stream()
                                .filter(partition -> partition
                                        .getKey()
                                        .topic()
                                        .equals(group.getValue().name()))
                                .mapToLong(partition ->
                                        lag(partition.getKey(), partition.getValue(), offsets.get(partition.getKey())))
                                .sum());
            } catch (ExecutionException e) {
                LOG.debug("The offsets of {} are unknown: {}", group.getKey(), e.toString());
            }
        }
        return lags;
    }

    private Map<TopicPartition, Bounds> bounds() throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (TopicDescription topic :
                await(kafka.describeTopics(TOPICS).allTopicNames()).values()) {
            topic.partitions().forEach(partition -> {
                earliest.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.earliest());
                latest.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
            });
        }
        var begins = kafka.listOffsets(earliest).all();
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                await(kafka.listOffsets(latest).all());
        Map<TopicPartition, Bounds> bounds = new HashMap<>();
        await(begins)
                .forEach((partition, begin) -> bounds.put(
                        partition,
                        new Bounds(
                                begin.offset(),
                                Optional.ofNullable(ends.get(partition))
                                        .orElse(begin)
                                        .offset())));
        return bounds;
    }

    private long lag(TopicPartition partition, Bounds bounds, @Nullable OffsetAndMetadata committed) {
        long from = committed == null ? bounds.begin() : Math.max(bounds.begin(), committed.offset());
        long offsets = Math.max(0, bounds.end() - from);
        return partition.topic().equals(Topics.TURNS.name())
                ? Math.min(offsets, turns.countFrom(partition.partition(), from).orElse(offsets))
                : offsets;
    }

    private <T> T await(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        kafka.close(Duration.ZERO);
    }
}
