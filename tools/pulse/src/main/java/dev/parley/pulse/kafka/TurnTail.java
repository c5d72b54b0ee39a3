package dev.parley.pulse.kafka;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toMap;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.LogTail;
import dev.parley.pulse.turns.EndedTurn;
import dev.parley.pulse.turns.RecentTurns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails {@code chat.turns} without a consumer group, from the beginning of the history, but at most the number of turns
 * that are kept. A failed consumer is replaced by one that continues at the same offsets. Owned by the thread of the tail.
 */
public final class TurnTail implements LogTail.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(TurnTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Map<String, Object> SETTINGS = Map.ofEntries(
            entry("isolation.level", "read_committed"),
            entry("auto.offset.reset", "latest"),
            entry("fetch.max.bytes", 4 * 1024 * 1024),
            entry("max.partition.fetch.bytes", 1024 * 1024),
            entry("metadata.max.age.ms", KafkaClients.PARTITION_DISCOVERY_MS),
            entry("default.api.timeout.ms", 2_500),
            entry("request.timeout.ms", 2_500));

    /** The other events of the topic are changes of conversations. */
    private static final Set<String> TURNS =
            Set.of(TurnCodec.CHAT_COMPLETED, TurnCodec.CHAT_FAILED, TurnCodec.CHAT_CANCELLED);

    private final RecentTurns turns;
    private final Duration history;
    private final Clock clock;

    /** The next offset of each partition. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    /** Partitions in which turns of the history are skipped. */
    private final Set<TopicPartition> shortened = new HashSet<>();

    private TurnTail(RecentTurns turns, Duration history, Clock clock) {
        this.turns = turns;
        this.history = history;
        this.clock = clock;
    }

    public static LogTail start(KafkaClients clients, RecentTurns turns, Duration history, Clock clock) {
        LogTail tail = new LogTail(
                "turns",
                () -> clients.shortLivedConsumer("pulse-turns", SETTINGS),
                POLL,
                new TurnTail(turns, history, clock));
        tail.start();
        return tail;
    }

    @Override
    public void assign(Consumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.TURNS.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        if (positions.isEmpty()) {
            begin(consumer, partitions);
        }
        partitions.forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition, 0L)));
    }

    private void begin(Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        long time = clock.instant().minus(history).toEpochMilli();
        // Before the search, which a turn that is written meanwhile may miss.
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, OffsetAndTimestamp> found =
                consumer.offsetsForTimes(partitions.stream().collect(toMap(each -> each, _ -> time)));
        long each = Math.max(1, turns.max() / partitions.size());
        for (TopicPartition partition : partitions) {
            long end = ends.getOrDefault(partition, 0L);
            OffsetAndTimestamp since = found.get(partition);
            long begin = since == null ? end : since.offset();
            if (begin < end - each) {
                begin = end - each;
                shortened.add(partition);
            }
            positions.put(partition, begin);
        }
    }

    @Override
    public void handle(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
        records.forEach(this::add);
        consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
        assignAdded(consumer);
    }

    /** Reads partitions that are added meanwhile from their beginning. They are known by the metadata, which polls refresh. */
    private void assignAdded(Consumer<String, byte[]> consumer) {
        try {
            if (consumer.partitionsFor(Topics.TURNS.name()).size() > positions.size()) {
                assign(consumer);
            }
        } catch (TimeoutException e) {
            // No broker can be reached, and the metadata is lost until one is.
        }
    }

    private void add(ConsumerRecord<String, byte[]> event) {
        if (shortened.remove(new TopicPartition(event.topic(), event.partition()))) {
            turns.incompleteBefore(Instant.ofEpochMilli(event.timestamp()));
        }
        try {
            if (TURNS.contains(new EventHeaders(event.headers()).require(CloudEvent.TYPE))) {
                turns.add(EndedTurn.read(event.value()));
            }
        } catch (MalformedEventException e) {
            LOG.warn("Skipping a malformed turn at {}-{}: {}", event.partition(), event.offset(), e.reason());
        }
    }
}
