package dev.parley.cache.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.parley.cache.edge.EdgeCache;
import dev.parley.cache.edge.EdgeChange;
import dev.parley.cache.edge.PurgeException;
import dev.parley.cache.edge.PurgeQueue;
import dev.parley.cache.edge.PurgeQueue.Purge;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.CacheTags;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.PublishedEvent;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.DeadLetterCounter;
import dev.parley.eventlog.LogTail;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges an edge of changed published answers, in a group of its own. A change is committed when both of its purges are confirmed,
 * so a change that was not is purged again after a crash.
 */
public final class EdgePurger implements LogTail.Reader {
    public static final String GROUP = "edge-purger";

    private static final Logger LOG = LoggerFactory.getLogger(EdgePurger.class);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.PUBLISHED.name(), 0);

    /** Of purges between two polls. */
    private static final Duration TOGETHER_MAX = Duration.ofSeconds(30);

    /** By which a broker that does not respond delays the purges that are due. */
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(1);

    /** Beyond it no further changes are read. They take about 1 KB each. */
    private static final int PENDING_MAX = 10_000;

    private final EdgeCache edge;
    private final PurgeQueue queue;
    private final MeterRegistry registry;
    private final Counter unreadable;
    private final LongSupplier nanoTime;
    private final long start;
    private long committed;

    /** A purger that measures time as {@link System#nanoTime} does: a wall clock may be set back. */
    public EdgePurger(EdgeCache edge, PurgeQueue queue, MeterRegistry registry, LongSupplier nanoTime) {
        this.edge = edge;
        this.queue = queue;
        this.registry = registry;
        this.unreadable = DeadLetterCounter.of(registry, GROUP, Topics.PUBLISHED);
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        // From the start, so that an alert sees the first increase.
        List.of("confirmed", "failed").forEach(this::counter);
    }

    @Override
    public void assign(Consumer<String, byte[]> consumer) {
        queue.clear();
        consumer.subscribe(List.of(PARTITION.topic()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                queue.clear();
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                partitions.forEach(partition -> {
                    committed = consumer.position(partition);
                    queue.startAt(committed);
                });
            }
        });
    }

    @Override
    public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
        records.forEach(this::add);
        try {
            purgeWhatIsDue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (consumer.assignment().isEmpty()) {
            return;
        }
        commit(consumer);
        if (queue.size() >= PENDING_MAX) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.assignment());
        }
    }

    /** A failure is retried after the next poll: with a new consumer, the pending purges would wait for the broker. */
    private void commit(Consumer<String, byte[]> consumer) {
        long position = queue.position();
        if (position <= committed) {
            return;
        }
        try {
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(position)), COMMIT_TIMEOUT);
            committed = position;
        } catch (WakeupException e) {
            // The tail is closed.
            throw e;
        } catch (KafkaException e) {
            LOG.warn("The purges before offset {} could not be committed yet: {}", position, e.toString());
        }
    }

    private void add(ConsumerRecord<String, byte[]> event) {
        try {
            queue.add(
                    event.offset(),
                    reference(event),
                    change(PublishedCodec.decode(event.headers(), event.value())),
                    now());
        } catch (MalformedEventException e) {
            LOG.warn("Skipping a malformed event at {}@{}: {}", PARTITION, event.offset(), e.reason());
            unreadable.increment();
            queue.skip(event.offset());
        }
    }

    /** With its time, because a topic that is made again, or mirrored, has the same offsets for other changes. */
    private static String reference(ConsumerRecord<String, byte[]> event) {
        return PARTITION + "-" + event.offset() + "-" + event.timestamp();
    }

    private static EdgeChange change(PublishedEvent event) {
        List<String> tags = CacheTags.changedWith(event.question());
        return switch (event) {
            // It may have been public before.
            case AnswerPublished answer -> new EdgeChange(tags, answer.audience() != Audience.PUBLIC);
            case AnswerWithdrawn _ -> new EdgeChange(tags, true);
        };
    }

    /**
     * Until a call fails, because the others would probably fail too, or for some time, because the consumer has to poll. After a
     * failure the next time begins with other purges.
     */
    private void purgeWhatIsDue() throws InterruptedException {
        Duration end = now().plus(TOGETHER_MAX);
        for (List<Purge> due = queue.due(now()); !due.isEmpty() && now().compareTo(end) < 0; due = queue.due(now())) {
            EdgeChange change =
                    EdgeChange.together(due.stream().map(Purge::change).toList());
            try {
                edge.purge(change, reference(due));
                queue.confirmed(due, now());
                counter("confirmed").increment(due.size());
            } catch (PurgeException e) {
                LOG.warn("The edge is not purged of {} yet: {}", change.tags(), e.toString());
                queue.failed(due, now());
                counter("failed").increment(due.size());
                return;
            }
        }
    }

    /** Equal only for equal purges. */
    private static String reference(List<Purge> purges) {
        String all = purges.stream()
                .map(purge -> purge.reference() + (purge.repeated() ? "-again" : ""))
                .collect(joining(","));
        return purges.size() == 1
                ? all
                : UUID.nameUUIDFromBytes(all.getBytes(UTF_8)).toString();
    }

    private Counter counter(String outcome) {
        return Counter.builder("parley.edge.purges")
                .description("Purges of the shared cache before the gateways")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Duration now() {
        return Duration.ofNanos(nanoTime.getAsLong() - start);
    }
}
