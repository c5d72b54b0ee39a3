package dev.parley.gateway.kafka;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The ends of partitions. A consumer of committed records, whose end is the first record of an open transaction, reaches them later. */
public final class LogEnds implements AutoCloseable {
    private final Admin admin;

    /** The ends that a client asks for, and gives up asking for after its timeout. */
    public LogEnds(Admin admin) {
        this.admin = admin;
    }

    /** The present ends of all records, each when the leader of its partition has responded. Does not block. */
    public Map<TopicPartition, Future<Long>> ask(Set<TopicPartition> partitions) {
        ListOffsetsResult ends =
                admin.listOffsets(partitions.stream().collect(toMap(partition -> partition, _ -> OffsetSpec.latest())));
        return partitions.stream()
                .collect(toMap(
                        partition -> partition,
                        partition -> ends.partitionResult(partition).thenApply(ListOffsetsResultInfo::offset)));
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
