package dev.parley.replay.kafka;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.parley.eventlog.KafkaClients;
import dev.parley.eventlog.KafkaConnection;
import dev.parley.replay.selection.OffsetRange;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads offset ranges of partitions, in the order of each partition. Memory is bounded: a fetch response of about
 * 16 MiB from each broker, and four records.
 *
 * <p>Owned by one thread; only {@link #stop()} may be called from another.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    /** What a poll counts at most as waiting for the broker. If it takes longer, the process was suspended, as by Ctrl-Z. */
    private static final Duration POLL_MAX = Duration.ofSeconds(10);

    /** Short, because a fetch that waits for records at the end of one partition delays those of the others. */
    private static final Duration FETCH_WAIT = Duration.ofMillis(50);

    private static final int FETCH_BYTES_MAX = 16 * 1024 * 1024;

    /** Few, because each record may be 18 MiB after decompression. */
    private static final int POLL_RECORDS_MAX = 4;

    private final Consumer<byte[], byte[]> consumer;
    /** Of all records: the end of a consumer of committed ones is the first record of an open transaction. */
    private final Consumer<byte[], byte[]> written;

    private final String bootstrapServers;
    private final Clock clock;
    private volatile boolean stopped;

    /**
     * @param consumer of the records
     * @param written of these and of those of open and aborted transactions; the same if {@code consumer} is of all
     */
    TopicReader(
            Consumer<byte[], byte[]> consumer, Consumer<byte[], byte[]> written, String bootstrapServers, Clock clock) {
        this.consumer = consumer;
        this.written = written;
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
    }

    /**
     * A reader for a broker. It connects at the first use.
     *
     * @throws UnreachableException if none of the host names can be resolved
     * @throws UsageException if the properties of the connection cannot be used
     */
    public static TopicReader connect(KafkaConnection connection, IsolationLevel isolation) {
        Consumer<byte[], byte[]> written = consumer(connection, IsolationLevel.READ_UNCOMMITTED);
        return new TopicReader(
                isolation == IsolationLevel.READ_UNCOMMITTED ? written : consumer(connection, isolation),
                written,
                connection.bootstrapServers(),
                Clock.systemUTC());
    }

    private static Consumer<byte[], byte[]> consumer(KafkaConnection connection, IsolationLevel isolation) {
        Map<String, Object> settings = Map.ofEntries(
                entry(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation.toString().toLowerCase(Locale.ROOT)),
                entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
                entry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) FETCH_WAIT.toMillis()),
                entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX),
                entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, KafkaClients.PARTITION_DISCOVERY_MS),
                entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX),
                entry(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis()));
        try {
            return new KafkaConsumer<>(
                    connection.client("parley-replay", settings),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
        } catch (KafkaException e) {
            // An address without a host is the one wrong configuration that is only found while the client is made.
            if (e.getCause() instanceof ConfigException) {
                throw new UnreachableException(connection.bootstrapServers(), e);
            }
            throw new UsageException("the properties of the Kafka client are wrong: " + rootCause(e));
        }
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : rootCause(cause);
    }

    public static final class UnreachableException extends RuntimeException {
        UnreachableException(String message) {
            super(message);
        }

        UnreachableException(String bootstrapServers, Exception cause) {
            super(
                    "no Kafka broker answers at " + bootstrapServers
                            + "; check that it runs (./parley ps) and the address (--bootstrap-servers)",
                    cause);
        }
    }

    /** Handles the records of a {@link #read}. */
    @FunctionalInterface
    public interface RecordHandler {
        Next handle(ConsumerRecord<byte[], byte[]> record) throws IOException;

        /** Reports the number of offsets read so far, with the missed ones. */
        default void onProgress(long offsetsRead) {}

        /** Reports offsets that were deleted before they were read, as by the retention of the topic. The reading goes on after them. */
        default void onMissed(long offsets) {}

        /** Called when every record that has arrived is handled. */
        default void onCaughtUp() throws IOException {}
    }

    public enum Next {
        CONTINUE,
        SKIP_PARTITION,
        STOP
    }

    /**
     * The number of partitions of each topic, without Kafka's internal topics.
     *
     * @throws UnreachableException if the broker does not answer within 4 seconds
     */
    public SortedMap<String, Integer> partitionCounts() {
        try {
            SortedMap<String, Integer> counts = new TreeMap<>();
            consumer.listTopics(CONNECT_TIMEOUT).forEach((topic, partitions) -> counts.put(topic, partitions.size()));
            counts.keySet().removeIf(Topic::isInternal);
            return counts;
        } catch (TimeoutException e) {
            throw new UnreachableException(bootstrapServers, e);
        }
    }

    /**
     * The present offsets of partitions, from the first at or after {@code since} on; none if there is no such offset. They include
     * those of open transactions and behind them, which {@link #read} waits for.
     */
    public List<OffsetRange> offsets(String topic, Collection<Integer> partitions, Optional<Instant> since) {
        List<TopicPartition> all =
                partitions.stream().map(p -> new TopicPartition(topic, p)).toList();
        Map<TopicPartition, Long> ends = written.endOffsets(all);
        Map<TopicPartition, Long> starts =
                since.map(time -> offsetsAt(written, time, ends)).orElseGet(() -> written.beginningOffsets(all));
        return all.stream()
                .map(p -> new OffsetRange(p, requireNonNull(starts.get(p)), requireNonNull(ends.get(p))))
                .toList();
    }

    /** The same of all partitions of a topic; none if there is no such topic. */
    public List<OffsetRange> offsets(String topic, Optional<Instant> since) {
        int partitions = partitionCounts().getOrDefault(topic, 0);
        return offsets(topic, IntStream.range(0, partitions).boxed().toList(), since);
    }

    /** The oldest offsets of the partitions of these ranges. */
    public Map<TopicPartition, Long> oldestOffsets(List<OffsetRange> ranges) {
        return consumer.beginningOffsets(
                ranges.stream().map(OffsetRange::partition).toList());
    }

    /** The first offsets at or after a time, or the ends, of the partitions that have these ends. */
    public static Map<TopicPartition, Long> offsetsAt(
            Consumer<?, ?> consumer, Instant time, Map<TopicPartition, Long> ends) {
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

    /** Reads what is on a topic now, from a time on, until it is complete or {@link #stop()} is called. */
    public void readAll(
            String topic, Optional<Instant> since, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler)
            throws IOException {
        boolean _ = read(offsets(topic, since), each(handler));
    }

    /** The same with records of open and aborted transactions, which are not waited for. */
    public void readAllWritten(
            String topic, Optional<Instant> since, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler)
            throws IOException {
        boolean _ = read(new Reading(written, Optional.empty(), offsets(topic, since)), each(handler));
        written.unsubscribe(); // Frees what is fetched.
    }

    /** The earliest time of the first records of these ranges, also in open and aborted transactions; empty if there is none. */
    public Optional<Instant> firstTime(List<OffsetRange> ranges) throws IOException {
        List<Instant> times = new ArrayList<>();
        boolean _ = read(new Reading(written, Optional.empty(), ranges), record -> {
            times.add(Instant.ofEpochMilli(record.timestamp()));
            return Next.SKIP_PARTITION;
        });
        return times.stream().min(Comparator.naturalOrder());
    }

    private static RecordHandler each(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        return record -> {
            handler.accept(record);
            return Next.CONTINUE;
        };
    }

    /**
     * Reads the ranges until all are complete, the handler returns {@link Next#STOP}, or {@link #stop()} is called.
     *
     * @return false if {@link #stop()} ended the reading
     * @throws UnreachableException if nothing arrives within 30 seconds of waiting, before the end of the ranges, also because of
     *     a transaction that stays open; the time that the handler takes does not count
     */
    public boolean read(List<OffsetRange> ranges, RecordHandler handler) throws IOException {
        return read(new Reading(consumer, Optional.empty(), ranges), handler);
    }

    /** The same with endless ranges of all partitions of a topic, and of those that are added to it meanwhile. */
    public boolean readWithAdded(String topic, List<OffsetRange> ranges, RecordHandler handler) throws IOException {
        return read(new Reading(consumer, Optional.of(topic), ranges), handler);
    }

    private boolean read(Reading reading, RecordHandler handler) throws IOException {
        Next next = Next.CONTINUE;
        while (!reading.open.isEmpty() && next != Next.STOP) {
            next = step(reading, handler);
        }
        return next != Next.STOP || !stopped;
    }

    /** A method of its own, so that no batch is reachable while the next one arrives. */
    private Next step(Reading reading, RecordHandler handler) throws IOException {
        try {
            return stopped ? Next.STOP : reading.handle(reading.poll(handler), handler);
        } catch (WakeupException e) {
            return Next.STOP;
        }
    }

    /** Ends {@link #read} soon, and every later one at once. Thread-safe. */
    public void stop() {
        stopped = true;
        consumer.wakeup();
        written.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        written.close(CloseOptions.timeout(Duration.ZERO));
    }

    private static String behind(OffsetRange range) {
        return "%,d offsets of partition %d of %s are behind an open transaction"
                .formatted(
                        range.length(),
                        range.partition().partition(),
                        range.partition().topic());
    }

    /** The ranges that are not complete. A range begins at the position of the consumer. */
    private final class Reading {
        private final Consumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, OffsetRange> open = new HashMap<>();
        private final boolean endless;
        /** Of which added partitions are read. */
        private final Optional<String> growing;

        private int partitions;

        private long offsetsRead;

        /** For records, since the last one arrived. */
        private Duration waited = Duration.ZERO;

        Reading(Consumer<byte[], byte[]> consumer, Optional<String> growing, List<OffsetRange> ranges) {
            this.consumer = consumer;
            this.growing = growing;
            this.partitions = ranges.size();
            ranges.stream().filter(range -> range.length() > 0).forEach(range -> open.put(range.partition(), range));
            endless = ranges.stream().anyMatch(OffsetRange::isEndless);
            consumer.assign(open.keySet());
            consumer.resume(consumer.paused());
            open.forEach((partition, range) -> consumer.seek(partition, range.start()));
        }

        ConsumerRecords<byte[], byte[]> poll(RecordHandler handler) {
            Instant begun = clock.instant();
            ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
            try {
                records = consumer.poll(POLL_TIMEOUT);
            } catch (OffsetOutOfRangeException e) {
                handler.onMissed(seekToOldest(e.offsetOutOfRangePartitions()));
            }
            Duration took = Duration.between(begun, clock.instant());
            waited = waited.plus(took.compareTo(POLL_MAX) < 0 ? took : POLL_MAX);
            return records;
        }

        /**
         * Seeks the oldest records, and returns how many offsets of the ranges are missing before them. After records that a broker has
         * lost, there are none: what is read again is before its range.
         */
        private long seekToOldest(Map<TopicPartition, Long> positions) {
            Map<TopicPartition, Long> oldest = consumer.beginningOffsets(positions.keySet());
            long missed = 0;
            for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
                long next = requireNonNull(oldest.get(position.getKey()));
                consumer.seek(position.getKey(), next);
                OffsetRange range = open.get(position.getKey());
                if (range != null) {
                    missed += Math.max(0, Math.min(next, range.end()) - position.getValue());
                }
            }
            return missed;
        }

        Next handle(ConsumerRecords<byte[], byte[]> records, RecordHandler handler) throws IOException {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                OffsetRange range = open.get(partition);
                if (range != null && range.contains(record.offset())) {
                    Next next = handler.handle(record);
                    if (next == Next.STOP) {
                        return Next.STOP;
                    } else if (next == Next.SKIP_PARTITION) {
                        close(partition);
                    }
                }
            }
            boolean more = records.count() == POLL_RECORDS_MAX;
            List.copyOf(open.values()).stream()
                    .filter(range -> !more || records.partitions().contains(range.partition()))
                    .forEach(this::advance);
            handler.onProgress(offsetsRead);
            if (!more) {
                handler.onCaughtUp();
                growing.ifPresent(this::add);
                checkStall();
            }
            return Next.CONTINUE;
        }

        /** By the metadata, which polls refresh. */
        private void add(String topic) {
            int now = partitionsNow(topic);
            if (now > partitions) {
                List<TopicPartition> added = IntStream.range(partitions, now)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .toList();
                added.forEach(partition -> open.put(partition, new OffsetRange(partition, 0, Long.MAX_VALUE)));
                consumer.assign(open.keySet());
                consumer.seekToBeginning(added);
                partitions = now;
            }
        }

        private int partitionsNow(String topic) {
            try {
                return consumer.partitionsFor(topic).size();
            } catch (TimeoutException e) {
                // No broker can be reached, and the metadata is lost until one is.
                return partitions;
            }
        }

        private void advance(OffsetRange range) {
            TopicPartition partition = range.partition();
            long position = Math.min(consumer.position(partition), range.end());
            if (position > range.start()) {
                offsetsRead += position - range.start();
                waited = Duration.ZERO;
                open.put(partition, new OffsetRange(partition, position, range.end()));
            }
            if (position == range.end()) {
                close(partition);
            }
        }

        private void close(TopicPartition partition) {
            open.remove(partition);
            consumer.pause(List.of(partition));
        }

        private void checkStall() {
            if (!open.isEmpty() && !endless && waited.compareTo(STALL_TIMEOUT) > 0) {
                throw new UnreachableException(stall());
            }
        }

        private String stall() {
            String reason = "the broker has stopped answering; not read to the end: " + open.keySet();
            try {
                Map<TopicPartition, Long> readable = consumer.endOffsets(open.keySet());
                return open.values().stream()
                                .allMatch(range -> requireNonNull(readable.get(range.partition())) <= range.start())
                        ? open.values().stream().map(TopicReader::behind).collect(joining("; "))
                        : reason;
            } catch (TimeoutException e) {
                return reason;
            }
        }
    }
}
