package dev.parley.inference.kafka;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import dev.parley.eventlog.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** The Kafka clients of this service, each with the settings of its use. */
public final class InferenceClients {
    /** The most records that one poll of {@code chat.requests} returns. */
    public static final int POLL_RECORDS_MAX = 100;

    private static final int LINGERING_BATCH_BYTES = 64 * 1024;
    private static final int TRANSACTION_TIMEOUT_MS = 10_000;
    private static final Duration END_TIMEOUT = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final KafkaSettings settings;

    public InferenceClients(KafkaClients clients, KafkaSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    /** For deltas: sends at once, outside of transactions. */
    public Producer<String, byte[]> deltaProducer() {
        return clients.producer("inference-deltas", deltas());
    }

    /** For deltas under load: sends together what arrives within the linger. */
    public Producer<String, byte[]> lingeringDeltaProducer() {
        Map<String, Object> config = new HashMap<>(deltas());
        config.put("linger.ms", (int) settings.deltaLinger().toMillis());
        config.put("batch.size", LINGERING_BATCH_BYTES);
        return clients.producer("inference-deltas-lingering", config);
    }

    /**
     * A client without metadata blocks before it sends: for no longer than a delivery may take. Metadata that was loaded is kept while no
     * broker can be reached, because event loops send.
     */
    private Map<String, Object> deltas() {
        int timeout = (int) settings.deliveryTimeout().toMillis();
        return Map.of("delivery.timeout.ms", timeout, "max.block.ms", timeout, "metadata.recovery.strategy", "none");
    }

    /**
     * For the turns of one partition of {@code chat.requests}: the newest producer fences the earlier ones. Turns are not
     * compressed: readers bound a fetch by its bytes on the log, and a request of 8 MB may compress to some KB, of which a
     * reader would then decompress hundreds at once.
     */
    public Producer<String, byte[]> turnProducer(int partition) {
        return clients.transactionalProducer(
                "inference-turns-" + partition,
                settings.groupId() + "-" + partition,
                Map.ofEntries(
                        entry("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS),
                        entry("delivery.timeout.ms", TRANSACTION_TIMEOUT_MS)));
    }

    /** For records that cannot be processed. */
    public Producer<byte[], byte[]> deadLetterProducer() {
        return clients.deadLetterProducer("inference-dead-letters", Map.of());
    }

    /**
     * For requests: a member of the group. Its heartbeats are frequent, because it learns of a rebalance with the next one. Gateways may
     * write to added partitions at once.
     */
    public Consumer<String, byte[]> requestConsumer() {
        int sessionTimeout = (int) settings.sessionTimeout().toMillis();
        return clients.consumer(
                "inference-requests",
                Map.ofEntries(
                        entry("group.id", settings.groupId()),
                        entry("session.timeout.ms", sessionTimeout),
                        entry("heartbeat.interval.ms", Math.min(1_000, sessionTimeout / 3)),
                        entry("partition.assignment.strategy", CooperativeStickyAssignor.class.getName()),
                        entry("metadata.max.age.ms", KafkaClients.PARTITION_DISCOVERY_MS),
                        entry("max.poll.records", POLL_RECORDS_MAX)));
    }

    /**
     * The end of a partition of {@code chat.requests}. Called by any thread; blocks for at most two seconds.
     *
     * @throws org.apache.kafka.common.KafkaException if it is unknown
     */
    public long endOfRequests(TopicPartition partition) {
        try (Consumer<String, byte[]> consumer =
                clients.shortLivedConsumer("inference-requests-end-" + partition.partition(), Map.of())) {
            return requireNonNull(
                    consumer.endOffsets(Set.of(partition), END_TIMEOUT).get(partition));
        }
    }

    /**
     * For the committed records of {@code chat.deltas}, without a group. Each poll has as many as a fetch, because decisions follow,
     * for which the log is asked again.
     */
    public Consumer<String, byte[]> committedConsumer() {
        return clients.consumer(
                "inference-committed", Map.of("isolation.level", "read_committed", "max.poll.records", 20_000));
    }

    /** For one look into {@code chat.turns}, without a group. */
    public Consumer<String, byte[]> turnLookupConsumer() {
        return clients.shortLivedConsumer("inference-turn-lookup", Map.of("isolation.level", "read_committed"));
    }

    /** For all records of {@code chat.deltas}, committed or not, without a group. */
    public Consumer<String, byte[]> deltaConsumer() {
        return clients.shortLivedConsumer("inference-takeover", Map.of());
    }

    /**
     * The ends of partitions of {@code chat.commands}. Called by any thread; blocks for at most two seconds.
     *
     * @throws org.apache.kafka.common.KafkaException if they are unknown
     */
    public Map<TopicPartition, Long> endsOfCommands(Collection<TopicPartition> partitions) {
        try (Consumer<String, byte[]> consumer = clients.shortLivedConsumer("inference-commands-end", Map.of())) {
            return consumer.endOffsets(partitions, END_TIMEOUT);
        }
    }

    /**
     * For the commands of clients, which every replica reads: without a group. It is not asked for the end, because a broker would answer
     * that after the fetch of this consumer that waits for records.
     */
    public Consumer<String, byte[]> commandConsumer() {
        return clients.shortLivedConsumer("inference-commands", Map.of("fetch.max.wait.ms", 2_000));
    }

    /** For offsets in {@code chat.deltas} and {@code chat.turns}, of records committed or not. Reads no records. */
    public Consumer<String, byte[]> endOffsetConsumer() {
        return clients.consumer("inference-end-offsets", Map.of());
    }
}
