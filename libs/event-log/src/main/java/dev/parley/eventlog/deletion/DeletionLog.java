package dev.parley.eventlog.deletion;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.LogEnd;
import dev.parley.eventlog.LogTail;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deletions on {@code chat.deletions}. A deletion is on all in-sync replicas before its client gets a response, so {@link
 * #upToDate()}, called after that response, includes it in every process.
 */
public final class DeletionLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeletionLog.class);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final Clock clock;
    private final Deletions deletions = new Deletions();
    private final FoldedTopic topic;

    /** Owned by the thread of the tail. */
    private Instant nextSweep = Instant.EPOCH;

    /** A log that reads nothing until {@link #tail()} runs; the timeout bounds the wait of {@link #upToDate()}. */
    DeletionLog(Supplier<Consumer<String, byte[]>> consumers, LogEnd end, Duration timeout, Clock clock) {
        this.clock = clock;
        this.topic = new FoldedTopic(Topics.DELETIONS, consumers, end, timeout, new Fold());
    }

    private DeletionLog(KafkaClients clients, String service, Duration timeout, Clock clock) {
        this.clock = clock;
        this.topic = FoldedTopic.start(clients, service + "-deletions", Topics.DELETIONS, timeout, new Fold());
    }

    /** Starts to read. The client ids begin with {@code service}; the timeout bounds {@link #upToDate()}. */
    public static DeletionLog start(KafkaClients clients, String service, Duration timeout, Clock clock) {
        return new DeletionLog(clients, service, timeout, clock);
    }

    LogTail tail() {
        return topic.tail();
    }

    /**
     * The deletions, including every one whose client had a response before this call. Blocks, for 1-2 ms while Kafka is
     * healthy; not for an event loop.
     *
     * @throws KafkaException if the topic cannot be read to its end within the timeout: then it is unknown what is deleted,
     *     and nothing that may be deleted can be served
     */
    public Deletions upToDate() {
        topic.awaitEnd();
        return deletions;
    }

    /** The deletions read so far. */
    public Deletions known() {
        return deletions;
    }

    @Override
    public void close() {
        topic.close();
    }

    private final class Fold implements FoldedTopic.Fold {
        @Override
        public void add(ConsumerRecord<String, byte[]> event) {
            try {
                if (ChangeCodec.decode(event.headers(), event.value()) instanceof ConversationDeleted deletion) {
                    deletions.add(deletion);
                }
            } catch (MalformedEventException | IllegalArgumentException e) {
                LOG.warn("Ignoring a malformed event at {}@{}: {}", event.topic(), event.offset(), e.getMessage());
            }
        }

        @Override
        public void polled() {
            if (!clock.instant().isBefore(nextSweep)) {
                nextSweep = clock.instant().plus(SWEEP_INTERVAL);
                deletions.removeOlderThan(clock.instant().minus(Topics.DELETIONS.retention()));
            }
        }
    }
}
