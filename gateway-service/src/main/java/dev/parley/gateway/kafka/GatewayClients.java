package dev.parley.gateway.kafka;

import static java.util.Map.entry;

import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaClients;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kafka clients of this service, each with the settings of its use. */
public final class GatewayClients {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayClients.class);
    private static final int REQUEST_BYTES_MAX = 9 * 1024 * 1024;
    /** Part of the producer's buffer for events that are not requests. */
    private static final long OTHER_EVENTS_BYTES_MAX = 32 * 1024 * 1024;

    private static final int FETCH_BYTES_MAX = 1024 * 1024;
    private static final int DELTA_POLL_RECORDS_MAX = 2_000;
    private static final int TURN_FETCH_MS = 20;

    private final KafkaClients clients;
    private final KafkaSettings settings;
    private final long requestsBytesMax;
    private final AtomicLong resumed = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();

    /**
     * Clients of these settings.
     *
     * @param requestsBytesMax of the requests that are not on the log yet
     */
    public GatewayClients(KafkaClients clients, KafkaSettings settings, long requestsBytesMax) {
        this.clients = clients;
        this.settings = settings;
        this.requestsBytesMax = requestsBytesMax;
    }

    /**
     * For the events of clients: sends at once, and fails in time for an error response. Its buffer has room for all requests that
     * are admitted: keys have no shares of it, so if it were full, the requests of all keys would fail.
     */
    public Producer<String, byte[]> eventProducer() {
        return clients.producer(
                "gateway-requests",
                Map.ofEntries(
                        entry("request.timeout.ms", publishTimeoutMs()),
                        entry("delivery.timeout.ms", publishTimeoutMs()),
                        entry("max.block.ms", publishTimeoutMs()),
                        entry("buffer.memory", requestsBytesMax + OTHER_EVENTS_BYTES_MAX),
                        entry("max.request.size", REQUEST_BYTES_MAX)));
    }

    /** For facts about responses, which no client waits for: sends together those of half a second. */
    public Producer<String, byte[]> deliveryProducer() {
        return clients.producer("gateway-deliveries", Map.of("linger.ms", 500, "delivery.timeout.ms", 30_000));
    }

    /** Has a producer connect and fetch metadata before the first request waits for it. Blocks. */
    public static void connect(Producer<String, byte[]> eventProducer) {
        try {
            eventProducer.partitionsFor(Topics.REQUESTS.name());
            eventProducer.partitionsFor(Topics.COMMANDS.name());
        } catch (KafkaException e) {
            LOG.warn("Starting before Kafka can be reached: {}", e.toString());
        }
    }

    /** For the deltas of all open answers: without a group, so that no rebalance interrupts an answer. */
    public Consumer<String, byte[]> deltaConsumer() {
        return clients.consumer(
                "gateway-deltas", Map.of("auto.offset.reset", "latest", "max.poll.records", DELTA_POLL_RECORDS_MAX));
    }

    /** For one resumed answer: prefetches little. A record above the limits is fetched all the same (KIP-74). */
    public Consumer<String, byte[]> answerConsumer() {
        return clients.shortLivedConsumer(
                "gateway-resume-" + resumed.incrementAndGet(),
                Map.ofEntries(
                        entry("auto.offset.reset", "none"),
                        entry("fetch.max.bytes", FETCH_BYTES_MAX),
                        entry("max.partition.fetch.bytes", FETCH_BYTES_MAX),
                        entry("default.api.timeout.ms", publishTimeoutMs())));
    }

    /**
     * For settling turns, in a group of all gateways. Turns are large and few of them have to be settled, so that those of a second
     * are fetched together. Goes to the end of a log that has lost its end: from the beginning, all its turns would be counted again.
     */
    public Consumer<String, byte[]> settlementConsumer() {
        return clients.consumer(
                "gateway-settlement",
                Map.ofEntries(
                        entry("group.id", "gateway-settlement"),
                        entry("auto.offset.reset", "latest"),
                        entry("isolation.level", "read_committed"),
                        entry("session.timeout.ms", 6_000),
                        entry("heartbeat.interval.ms", 2_000),
                        entry("retry.backoff.ms", KafkaClients.BACKGROUND_RETRY_MS),
                        entry("fetch.max.bytes", 8 * FETCH_BYTES_MAX),
                        entry("fetch.min.bytes", FETCH_BYTES_MAX / 4),
                        entry("fetch.max.wait.ms", 1_000)));
    }

    /**
     * For the turns of one conversation or answer: reads the committed offsets of a group without being its member. Without a
     * committed offset, or with an expired one, it reads from the beginning. Fetches hardly wait: the response to one that outlasts
     * a reading is received within the next one, and may be large.
     */
    public Consumer<String, byte[]> turnConsumer(String writerGroup) {
        return clients.shortLivedConsumer(
                "gateway-turns-" + turns.incrementAndGet(),
                Map.ofEntries(
                        entry("group.id", writerGroup),
                        entry("isolation.level", "read_committed"),
                        entry("fetch.max.wait.ms", TURN_FETCH_MS),
                        entry("max.partition.fetch.bytes", 2 * FETCH_BYTES_MAX),
                        entry("default.api.timeout.ms", publishTimeoutMs())));
    }

    /** For the ends of the log, shared by all that ask for them. A call that states no timeout waits for at most the publish timeout. */
    public Admin endAdmin() {
        return clients.admin("gateway-turns-end", settings.publishTimeout());
    }

    /** The id of the cluster. Blocks, at most for the publish timeout. */
    public String clusterId() throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = clients.admin("gateway-cluster-id", settings.publishTimeout())) {
            return admin.describeCluster().clusterId().get(publishTimeoutMs(), TimeUnit.MILLISECONDS);
        }
    }

    private int publishTimeoutMs() {
        return (int) settings.publishTimeout().toMillis();
    }
}
