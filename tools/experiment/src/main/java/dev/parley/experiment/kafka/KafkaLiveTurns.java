package dev.parley.experiment.kafka;

import static java.util.Map.entry;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.Mirror;
import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.experiment.mirror.LiveTurn;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.mirror.LiveTurns;
import dev.parley.experiment.mirror.MirrorRun;
import dev.parley.experiment.mirror.MirrorSample;
import dev.parley.experiment.mirror.MirroredKeys;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Target;
import dev.parley.replay.kafka.TopicReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Turns from {@code chat.turns}, from the position of the mirror on, and trials to {@code chat.trials}. The position is stored
 * with the start of each trial in one transaction. A second process takes over: the first one cannot write from then on.
 *
 * <p>Owned by one thread; {@link #end} and {@link #lag} may be called by any.
 */
public final class KafkaLiveTurns implements LiveTurns, AutoCloseable {
    /** The transactional id, and the group of the position. */
    private static final String NAME = "experiment-mirror";

    /** Larger turns are not mirrored. */
    private static final int RECORD_BYTES_MAX = 1024 * 1024;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int POLL_RECORDS_MAX = 20;
    private static final int FETCH_BYTES_MAX = 16 * 1024 * 1024;

    private final MirroredKeys keys;
    private final FoldedTopic<FoldedTopic.State> keyLog;
    private final LiveDeletions deletions;
    private final Consumer<String, byte[]> consumer;
    private final ConsumerGroupMetadata group;

    private final TrialPublisher trials;

    /** Positions that are not stored yet. */
    private final Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();

    private volatile long lag;

    private KafkaLiveTurns(KafkaClients clients, TrialPublisher trials, MirroredKeys keys, Clock clock) {
        this.keys = keys;
        this.trials = trials;
        this.consumer = clients.shortLivedConsumer(
                NAME,
                Map.ofEntries(
                        entry("group.id", NAME),
                        entry("isolation.level", "read_committed"),
                        entry("max.poll.records", POLL_RECORDS_MAX),
                        entry("fetch.max.bytes", FETCH_BYTES_MAX),
                        entry("metadata.max.age.ms", KafkaClients.PARTITION_DISCOVERY_MS),
                        entry("default.api.timeout.ms", TrialPublisher.TIMEOUT_MS)));
        this.group = consumer.groupMetadata();
        this.keyLog = FoldedTopic.start(
                clients,
                NAME + "-keys",
                Topics.KEYS,
                Duration.ofMillis(TrialPublisher.TIMEOUT_MS),
                event -> KeyCodec.decode(event.headers(), event.value()).ifPresent(keys::apply));
        this.deletions = new LiveDeletions(clients, NAME, clock);
    }

    /**
     * Connects, and takes over from another process. The first one ever begins with the turns from now on.
     *
     * @param keys get the mirrors of all keys, now and when they change
     */
    public static KafkaLiveTurns open(KafkaConnection connection, MirroredKeys keys, Clock clock) throws IOException {
        KafkaClients clients = new KafkaClients(connection, new SimpleMeterRegistry());
        TrialPublisher trials = TrialPublisher.open(clients, NAME);
        KafkaLiveTurns turns = new KafkaLiveTurns(clients, trials, keys, clock);
        try {
            turns.seek(clock.instant().minus(MirrorRun.AGE_MAX));
            turns.keyLog.upToDate();
            return turns;
        } catch (KafkaException e) {
            turns.close();
            throw new IOException("the mirror cannot start: " + e.getMessage(), e);
        }
    }

    /** Seeks the stored positions; in a partition that has none, because it is new, the turns from this time on. */
    private void seek(Instant since) throws IOException {
        Set<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        Map<TopicPartition, OffsetAndMetadata> stored = new HashMap<>(consumer.committed(partitions));
        stored.values().removeIf(offset -> offset == null);
        if (stored.isEmpty()) {
            consumer.seekToEnd(partitions);
            partitions.forEach(partition -> passed.put(partition, new OffsetAndMetadata(consumer.position(partition))));
            commit();
        } else {
            Set<TopicPartition> added = new HashSet<>(partitions);
            added.removeAll(stored.keySet());
            TopicReader.offsetsAt(consumer, since, consumer.endOffsets(added)).forEach(consumer::seek);
            stored.forEach(consumer::seek);
        }
    }

    private Set<TopicPartition> partitions() {
        return consumer.partitionsFor(Topics.TURNS.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
    }

    /** Reads added partitions from their beginning. They are known by the metadata, which polls refresh. */
    private void addPartitions() {
        Set<TopicPartition> partitions = partitions();
        Set<TopicPartition> added = new HashSet<>(partitions);
        added.removeAll(consumer.assignment());
        if (!added.isEmpty()) {
            consumer.assign(partitions);
            consumer.seekToBeginning(added);
        }
    }

    @Override
    public List<LiveTurn> next() throws IOException {
        try {
            addPartitions();
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                keyLog.upToDate();
            }
            lag = consumer.assignment().stream()
                    .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                    .sum();
            List<LiveTurn> turns = new ArrayList<>();
            records.forEach(record -> turns.add(new LiveTurn(record.partition(), record.offset(), mirrored(record))));
            return turns;
        } catch (KafkaException e) {
            throw new IOException("chat.turns cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether a turn is of the share of its key. Most turns are not, which their headers tell. */
    private Optional<Mirrored> mirrored(ConsumerRecord<String, byte[]> record) {
        EventHeaders headers = new EventHeaders(record.headers());
        try {
            Optional<KeyId> key = headers.find(CloudEvent.TYPE)
                    .filter(TurnCodec.CHAT_COMPLETED::equals)
                    .flatMap(_ -> headers.find(CloudEvent.KEY))
                    .map(KeyId::new);
            Optional<Mirror> mirror = key.flatMap(keys::of);
            if (mirror.isEmpty()
                    || !MirrorSample.includes(
                            new GenerationId(headers.require(CloudEvent.GENERATION)),
                            mirror.get().share())) {
                return Optional.empty();
            }
            Target target = new Target.Model(mirror.get().model());
            return PastTurns.turn(record.headers(), record.value(), RECORD_BYTES_MAX)
                    .filter(turn -> !turn.isPrefilled() && target.modelFor(turn).isPresent())
                    .map(turn -> new Mirrored(turn, key.get(), mirror.get()));
        } catch (MalformedEventException | IllegalArgumentException e) {
            // An export of chat.turns shows it with its error.
            return Optional.empty();
        }
    }

    @Override
    public boolean deleted(PastTurn turn) throws IOException {
        return deletions.cover(turn);
    }

    @Override
    public void pass(LiveTurn turn) {
        passed.put(new TopicPartition(Topics.TURNS.name(), turn.partition()), new OffsetAndMetadata(turn.offset() + 1));
    }

    @Override
    public void commit() throws IOException {
        if (!passed.isEmpty()) {
            trials.publish(Optional.empty(), passed, group);
            passed.clear();
        }
    }

    @Override
    public void start(LiveTurn turn, TrialStarted event) throws IOException {
        pass(turn);
        trials.publish(Optional.of(event), passed, group);
        passed.clear();
    }

    @Override
    public void end(TrialEvent event) throws IOException {
        trials.publish(event);
    }

    /** How many turns wait, as of the last poll. */
    public long lag() {
        return lag;
    }

    @Override
    public void close() {
        keyLog.close();
        deletions.close();
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        trials.close();
    }
}
