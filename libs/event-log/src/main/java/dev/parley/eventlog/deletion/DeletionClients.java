package dev.parley.eventlog.deletion;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The Kafka clients of a {@link DeletionLog}: the end is asked for on a connection that no fetch holds. */
final class DeletionClients {
    private DeletionClients() {}

    /** Reads from the beginning, without a group. */
    static Consumer<String, byte[]> consumer(String bootstrapServers, String client) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                client + "-deletions",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "reconnect.backoff.max.ms",
                500,
                "default.api.timeout.ms",
                10_000);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    static LogEnd.Broker ends(String bootstrapServers, String client, Duration timeout) {
        Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                client + "-deletions-end",
                "reconnect.backoff.max.ms",
                500,
                "request.timeout.ms",
                (int) timeout.toMillis(),
                "default.api.timeout.ms",
                (int) timeout.toMillis()));
        return new AdminEnds(admin);
    }

    private record AdminEnds(Admin admin) implements LogEnd.Broker {
        @Override
        public CompletableFuture<Long> end() {
            return admin.listOffsets(Map.of(DeletionLog.PARTITION, OffsetSpec.latest()))
                    .partitionResult(DeletionLog.PARTITION)
                    .toCompletionStage()
                    .thenApply(ListOffsetsResultInfo::offset)
                    .toCompletableFuture();
        }

        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }
}
