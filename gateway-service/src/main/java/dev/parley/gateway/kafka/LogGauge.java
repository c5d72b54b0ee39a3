package dev.parley.gateway.kafka;

import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.pulse.EndedTurns;
import dev.parley.gateway.pulse.LogReading;
import dev.parley.gateway.pulse.LogReading.Backlog;
import dev.parley.gateway.pulse.PulseSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** Reads how far the log has grown, and how far its consumer groups have come. */
public final class LogGauge implements AutoCloseable {
    private static final long NOTHING = -1;

    private final Admin admin;
    private final EndedTurns turns;
    private final Map<String, String> topicsOfGroups;
    private final Duration timeLimit;
    private final Clock clock;

    /**
     * Makes a gauge.
     *
     * @param turns knows which offsets of {@code chat.turns} are turns
     */
    public LogGauge(Admin admin, EndedTurns turns, PulseSettings settings, Clock clock) {
        this.admin = admin;
        this.turns = turns;
        this.topicsOfGroups = settings.topicsOfGroups();
        this.timeLimit = settings.timeLimit();
        this.clock = clock;
    }

    /** Of each partition. */
    private record Bounds(Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        Map<String, Long> written() {
            Map<String, Long> sums = new HashMap<>();
            ends.forEach((partition, end) -> sums.merge(partition.topic(), end, Long::sum));
            return sums;
        }

        Map<String, Long> held() {
            Map<String, Long> sums = new HashMap<>();
            ends.forEach((partition, end) ->
                    sums.merge(partition.topic(), end - begins.getOrDefault(partition, end), Long::sum));
            return sums;
        }
    }

    /**
     * What the log says now.
     *
     * @throws ExecutionException if it cannot be reached
     * @throws TimeoutException if it takes longer than it may
     */
    public LogReading read() throws InterruptedException, ExecutionException, TimeoutException {
        List<TopicPartition> partitions = partitions();
        var ends = admin.listOffsets(at(partitions, OffsetSpec.latest()));
        var begins = admin.listOffsets(at(partitions, OffsetSpec.earliest()));
        Map<String, ListConsumerGroupOffsetsSpec> groups = new HashMap<>();
        topicsOfGroups.keySet().forEach(group -> groups.put(group, new ListConsumerGroupOffsetsSpec()));
        var committed = admin.listConsumerGroupOffsets(groups);
        Bounds bounds = new Bounds(offsets(begins, partitions), offsets(ends, partitions));
        List<Backlog> backlogs = new ArrayList<>();
        for (Entry<String, String> reader : topicsOfGroups.entrySet()) {
            backlogs.add(new Backlog(
                    reader.getKey(),
                    reader.getValue(),
                    backlog(reader.getValue(), bounds, committed.partitionsToOffsetAndMetadata(reader.getKey()))));
        }
        return new LogReading(clock.instant(), bounds.written(), bounds.held(), backlogs);
    }

    private List<TopicPartition> partitions() throws InterruptedException, ExecutionException, TimeoutException {
        var topics = admin.describeTopics(
                        Topics.all().stream().map(topic -> topic.name()).toList())
                .allTopicNames();
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic : within(topics).values()) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                partitions.add(new TopicPartition(topic.name(), partition.partition()));
            }
        }
        return partitions;
    }

    private static Map<TopicPartition, OffsetSpec> at(List<TopicPartition> partitions, OffsetSpec place) {
        Map<TopicPartition, OffsetSpec> places = new HashMap<>();
        partitions.forEach(partition -> places.put(partition, place));
        return places;
    }

    private Map<TopicPartition, Long> offsets(ListOffsetsResult result, List<TopicPartition> partitions)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            offsets.put(partition, within(result.partitionResult(partition)).offset());
        }
        return offsets;
    }

    private OptionalLong backlog(
            String topic, Bounds bounds, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed)
            throws InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> done;
        try {
            done = within(committed);
        } catch (ExecutionException e) {
            // There is no such group, or nobody who knows it.
            return OptionalLong.empty();
        }
        long sum = 0;
        for (Entry<TopicPartition, Long> end : bounds.ends().entrySet()) {
            if (end.getKey().topic().equals(topic)) {
                OffsetAndMetadata offset = done.get(end.getKey());
                long from = offset == null ? NOTHING : offset.offset();
                sum += backlog(
                        end.getKey(), Math.max(from, bounds.begins().getOrDefault(end.getKey(), 0L)), end.getValue());
            }
        }
        return OptionalLong.of(sum);
    }

    private long backlog(TopicPartition partition, long from, long end) {
        long offsets = Math.max(0, end - from);
        return partition.topic().equals(Topics.TURNS.name())
                ? Math.min(offsets, turns.countFrom(partition.partition(), from).orElse(offsets))
                : offsets;
    }

    private <T> T within(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
