package dev.parley.gateway.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Makes the Kafka clients with which is watched. */
public final class WatchClients {
    private static final int FETCH_BYTES_MAX = 4 * 1024 * 1024;
    private static final int PARTITION_FETCH_BYTES_MAX = 1024 * 1024;

    private final KafkaSettings settings;

    public WatchClients(KafkaSettings settings) {
        this.settings = settings;
    }

    /** For turns: only what is committed, and little ahead. */
    public Consumer<String, byte[]> turnConsumer() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-pulse-turns",
                "enable.auto.commit",
                false,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "latest",
                "fetch.max.bytes",
                FETCH_BYTES_MAX,
                "max.partition.fetch.bytes",
                PARTITION_FETCH_BYTES_MAX,
                "default.api.timeout.ms",
                (int) settings.publishTimeout().toMillis(),
                "reconnect.backoff.max.ms",
                500);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** For offsets. */
    public Admin admin() {
        int timeout = (int) settings.publishTimeout().toMillis();
        return Admin.create(Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "client.id",
                "gateway-pulse-offsets",
                "request.timeout.ms",
                timeout,
                "default.api.timeout.ms",
                timeout,
                "reconnect.backoff.max.ms",
                500));
    }
}
