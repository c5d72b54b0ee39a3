package dev.parley.gateway.kafka;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** The ends of partitions. A consumer of committed records, whose end is the first record of an open transaction, reaches them later. */
public final class LogEnds implements AutoCloseable {
    private final Admin admin;

    /** The ends that a client asks for; after its timeout it gives up {@link #ask}. */
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

    /**
     * The present end, of all records or of those before open transactions; or a {@link KafkaException}. Blocks.
     *
     * @param timeout instead of that of the client
     */
    long of(TopicPartition partition, IsolationLevel level, Duration timeout) {
        ListOffsetsOptions options = new ListOffsetsOptions(level).timeoutMs((int) timeout.toMillis());
        try {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), options)
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new KafkaException("the end of " + partition + " is unknown", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
