package dev.parley.benchmarks.system;

import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.topic.Topic;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Counts the records that are written to a topic, by the ends of its partitions. */
public final class TopicRecords implements AutoCloseable {
    private final Admin kafka;
    private final Map<TopicPartition, OffsetSpec> ends;

    public TopicRecords(String bootstrapServers, Topic topic) {
        this.kafka = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.ends = IntStream.range(0, topic.partitions())
                .boxed()
                .collect(toMap(each -> new TopicPartition(topic.name(), each), _ -> OffsetSpec.latest()));
    }

    /** All records until now, those that mark the ends of transactions included. */
    public long count() {
        return kafka.listOffsets(ends).all().toCompletionStage().toCompletableFuture().join().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    @Override
    public void close() {
        kafka.close();
    }
}
