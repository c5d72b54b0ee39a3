package dev.parley.benchmarks.turns;

import dev.parley.contracts.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many turns are on the log that the table does not have yet. */
public final class TurnLag implements AutoCloseable {
    private static final String WRITER = "persistence-worker";

    private final Admin admin;

    public TurnLag(String bootstrapServers) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** As of now. */
    public long get() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> written = admin.listConsumerGroupOffsets(WRITER)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, OffsetSpec> ends = written.keySet().stream()
                    .filter(partition -> partition.topic().equals(Topics.TURNS.name()))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            long lag = 0;
            for (var end : admin.listOffsets(ends).all().get().entrySet()) {
                OffsetAndMetadata offset = written.get(end.getKey());
                lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
            }
            return lag;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not tell what has been stored", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
