package dev.parley.replay.kafka;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.parley.replay.selection.Extent;
import dev.parley.replay.selection.Filter;
import dev.parley.replay.selection.Slice;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads stretches of one topic's partitions from start to end, in the order of each partition. Holds one answer of the
 * broker, about 16 MiB, and four records, however long the topic is.
 *
 * <p>Owned by one thread; only {@link #stop()} may come from another.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int FETCH_BYTES = 16 * 1024 * 1024;

    /** Few, since each may be 18 MiB that a batch of kilobytes has been unpacked to. */
    private static final int RECORDS_AT_A_TIME = 4;

    private final String topic;
    private final Clock clock;
    private final Consumer<byte[], byte[]> consumer;
    private volatile boolean stopped;

    public TopicReader(String bootstrapServers, String topic, IsolationLevel isolation, Clock clock) {
        this(consumer(bootstrapServers, isolation), topic, clock);
    }

    TopicReader(Consumer<byte[], byte[]> consumer, String topic, Clock clock) {
        this.consumer = consumer;
        this.topic = topic;
        this.clock = clock;
    }

    private static Consumer<byte[], byte[]> consumer(String bootstrapServers, IsolationLevel isolation) {
        Map<String, Object> settings = Map.ofEntries(
                entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                entry(ConsumerConfig.CLIENT_ID_CONFIG, "parley-replay"),
                entry(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation.toString().toLowerCase(Locale.ROOT)),
                entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES),
                entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_AT_A_TIME),
                entry(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis()));
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What becomes of the records. */
    public interface Sink {
        /** Takes a record of the slices and says what it wants next. */
        Next take(ConsumerRecord<byte[], byte[]> record) throws IOException;

        /** Hears how many offsets of the slices are done. */
        void progressed(long offsetsRead);

        /** Hears that all that has come has been taken. */
        void caughtUp() throws IOException;
    }

    /** What is wanted after a record. */
    public enum Next {
        /** The next record, wherever it is. */
        RECORD,
        /** A record of another partition: this one has no more that is wanted. */
        PARTITION,
        NOTHING
    }

    /** What the broker knows of the partitions now; times as the filter asks. */
    public List<Extent> extents(Collection<Integer> partitions, Filter filter) {
        List<TopicPartition> all =
                partitions.stream().map(p -> new TopicPartition(topic, p)).toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        Map<TopicPartition, Long> since =
                filter.since().map(time -> offsetsAt(time, ends)).orElse(begins);
        return all.stream()
                .map(p -> new Extent(
                        p.partition(),
                        requireNonNull(begins.get(p)),
                        requireNonNull(ends.get(p)),
                        requireNonNull(since.get(p))))
                .toList();
    }

    /** The first offsets at or after the time, or the ends. */
    private Map<TopicPartition, Long> offsetsAt(Instant time, Map<TopicPartition, Long> ends) {
        long millis = Math.max(0, time.toEpochMilli());
        Map<TopicPartition, Long> offsets = new HashMap<>(ends);
        consumer.offsetsForTimes(ends.keySet().stream().collect(toMap(p -> p, _ -> millis)))
                .forEach((partition, found) -> {
                    if (found != null) {
                        offsets.put(partition, found.offset());
                    }
                });
        return offsets;
    }

    /**
     * Reads the slices until all are done, the sink wants no more, or {@link #stop()}.
     *
     * @return whether it came to an end by itself
     * @throws BrokerUnreachableException if nothing comes for 30 seconds although something is there
     */
    public boolean read(List<Slice> slices, Sink sink) throws IOException {
        Reading reading = new Reading(slices);
        while (reading.goesOn()) {
            switch (step(reading, sink)) {
                case RECORD, PARTITION -> {}
                case NOTHING -> {
                    return !stopped;
                }
            }
        }
        return true;
    }

    /** In a method of its own, so that no batch is held while the next one comes. */
    private Next step(Reading reading, Sink sink) throws IOException {
        Optional<ConsumerRecords<byte[], byte[]>> records = poll();
        return records.isPresent() ? reading.take(records.get(), sink) : Next.NOTHING;
    }

    private Optional<ConsumerRecords<byte[], byte[]>> poll() {
        try {
            return stopped ? Optional.empty() : Optional.of(consumer.poll(POLL));
        } catch (WakeupException e) {
            return Optional.empty();
        }
    }

    /** Ends {@link #read} soon; from any thread. */
    public void stop() {
        stopped = true;
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    /** The slices that are being read, and how far. */
    private final class Reading {
        private final Map<TopicPartition, Slice> open = new HashMap<>();
        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private final boolean endless;
        private long offsetsRead;
        private Instant lastNews = clock.instant();

        Reading(List<Slice> slices) {
            slices.stream()
                    .filter(slice -> !slice.isEmpty())
                    .forEach(slice -> open.put(new TopicPartition(topic, slice.partition()), slice));
            open.forEach((partition, slice) -> positions.put(partition, slice.start()));
            endless = slices.stream().anyMatch(Slice::isEndless);
            consumer.assign(positions.keySet());
            positions.forEach(consumer::seek);
        }

        boolean goesOn() {
            return !open.isEmpty();
        }

        /** Hands on what has come. */
        Next take(ConsumerRecords<byte[], byte[]> records, Sink sink) throws IOException {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                TopicPartition partition = new TopicPartition(topic, record.partition());
                Slice slice = open.get(partition);
                if (slice != null && slice.contains(record.offset())) {
                    switch (sink.take(record)) {
                        case RECORD -> {}
                        case PARTITION -> close(partition);
                        case NOTHING -> {
                            return Next.NOTHING;
                        }
                    }
                }
            }
            boolean more = records.count() == RECORDS_AT_A_TIME;
            List.copyOf(more ? records.partitions() : open.keySet()).forEach(this::move);
            sink.progressed(offsetsRead);
            if (!more) {
                sink.caughtUp();
                checkSilence();
            }
            return Next.RECORD;
        }

        private void move(TopicPartition partition) {
            Slice slice = open.get(partition);
            if (slice == null) {
                return;
            }
            long position = Math.min(consumer.position(partition), slice.end());
            long before = requireNonNull(positions.put(partition, position));
            if (position > before) {
                offsetsRead += position - before;
                lastNews = clock.instant();
            }
            if (position == slice.end()) {
                close(partition);
            }
        }

        private void close(TopicPartition partition) {
            open.remove(partition);
            consumer.pause(List.of(partition));
        }

        private void checkSilence() {
            if (goesOn() && !endless && clock.instant().isAfter(lastNews.plus(SILENCE_MAX))) {
                throw new BrokerUnreachableException("the broker has stopped answering in the middle of " + topic);
            }
        }
    }
}
