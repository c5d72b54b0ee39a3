package dev.parley.eventlog;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import dev.parley.contracts.topic.Topic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports how far a consumer group has committed: {@code parley.group.lag} in records, and {@code parley.group.oldest.age} in
 * seconds since the oldest record that is not committed was written, if that was before the last reading. Both are independent of
 * the group's own consumers, whose fetch metrics show no lag while a record is retried. Also exports the number of its members, as
 * {@code parley.group.members}. Unknown (NaN) while Kafka does not respond.
 *
 * <p>While a partition does not respond, such as one without a leader, the lag is unknown, and the age is that of the others. If they
 * have no such record, it is unknown too: it must not seem that the group has processed everything.
 *
 * <p>Markers of transactions count as records in the lag, and not for the age. Records of open transactions count in both.
 */
public final class GroupProgress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupProgress.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Reading UNKNOWN = new Reading(Double.NaN, Double.NaN);

    /**
     * The state of the group over all partitions.
     *
     * @param lag records, those of transaction markers and of open transactions included, NaN if unknown
     * @param oldestAgeSeconds 0 if everything is committed that was written before the last reading, NaN if unknown
     */
    record Reading(double lag, double oldestAgeSeconds) {}

    /**
     * Two readers of the topic. Records of aborted transactions do not wait for the group, and those of open ones do, as does what
     * follows them: neither reader sees both.
     *
     * @param committed steps over records of aborted transactions, and ends at the first open one
     * @param all reads to the end
     */
    record Readers(Consumer<String, byte[]> committed, Consumer<String, byte[]> all) implements AutoCloseable {
        static Readers of(KafkaClients clients, String group) {
            return new Readers(
                    consumer(clients, group, "read_committed"), consumer(clients, group, "read_uncommitted"));
        }

        private static Consumer<String, byte[]> consumer(KafkaClients clients, String group, String isolation) {
            Map<String, ?> settings = Map.ofEntries(
                    entry("group.id", group),
                    entry("isolation.level", isolation),
                    entry("max.poll.records", 1),
                    // Only the time of one record is needed; the broker returns the first batch whatever its size
                    // (KIP-74).
                    entry("max.partition.fetch.bytes", 1),
                    entry("default.api.timeout.ms", (int) TIMEOUT.toMillis()));
            return clients.shortLivedConsumer(group + "-progress", settings);
        }

        @Override
        public void close() {
            try (committed) {
                all.close();
            }
        }
    }

    private final String topic;
    private final String group;
    private final Supplier<Readers> readers;
    private final Supplier<Admin> admins;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final OffsetLookup offsets = new OffsetLookup(TIMEOUT);
    private volatile Reading latest = UNKNOWN;
    private volatile double members = Double.NaN;
    /** As of the latest reading; used by the thread that reads only. */
    private Map<TopicPartition, Long> ends = Map.of();
    /** As of the reading before it. */
    private volatile Map<TopicPartition, Long> endsBefore = Map.of();

    GroupProgress(Topic topic, String group, Supplier<Readers> readers, Supplier<Admin> admins, Clock clock) {
        this.topic = topic.name();
        this.group = group;
        this.readers = readers;
        this.admins = admins;
        this.clock = clock;
    }

    /**
     * Starts to read, every ten seconds, on a daemon thread.
     *
     * @param group which commits offsets of {@code topic}; the reader does not become a member
     */
    public static GroupProgress start(
            KafkaClients clients, String group, Topic topic, MeterRegistry registry, Clock clock) {
        GroupProgress progress = new GroupProgress(
                topic,
                group,
                () -> Readers.of(clients, group),
                () -> clients.admin(group + "-members", TIMEOUT),
                clock);
        progress.export(registry);
        Thread.ofPlatform().name(group + "-progress").daemon().start(progress::run);
        return progress;
    }

    private void export(MeterRegistry registry) {
        Gauge.builder("parley.group.lag", () -> latest.lag())
                .description("Records on the topic that the group has not committed")
                .tags("group", group, "topic", topic)
                .register(registry);
        Gauge.builder("parley.group.oldest.age", () -> latest.oldestAgeSeconds())
                .description("Since the oldest record that the group has not committed was written")
                .baseUnit("seconds")
                .tags("group", group, "topic", topic)
                .register(registry);
        Gauge.builder("parley.group.members", () -> members)
                .description("Consumers in the group")
                .tags("group", group, "topic", topic)
                .register(registry);
    }

    private void run() {
        try {
            do {
                try (Readers reading = readers.get();
                        Admin admin = admins.get()) {
                    do {
                        latest = read(reading);
                        members = members(admin, group);
                    } while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
                } catch (RuntimeException | Error e) {
                    // Whatever it is: a reader that ends would show its last reading for ever.
                    latest = UNKNOWN;
                    members = Double.NaN;
                    ends = Map.of();
                    endsBefore = Map.of();
                    LOG.debug("The progress of the group is unknown: {}", e.toString());
                }
            } while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The members of a group, 0 if there never was one. */
    static int members(Admin admin, String group) throws InterruptedException {
        try {
            return admin.describeClassicGroups(List.of(group)).all().get().values().stream()
                    .mapToInt(description -> description.members().size())
                    .sum();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw new KafkaException("the members of " + group + " are unknown", e.getCause());
        }
    }

    /**
     * The records behind these positions that were written before the reading before the latest, so at least ten seconds ago:
     * what a consumer has not begun, while the lag is what is not finished. Later ends would be newer than the positions, and
     * records that were begun meanwhile would count.
     *
     * @param positions the next offset by partition of the topic, at most ten seconds old
     * @return of the partitions with known ends, NaN if there are only others
     */
    public double unread(Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> known = endsBefore;
        Map<TopicPartition, Long> unread = new HashMap<>();
        positions.forEach((partition, position) -> {
            Long end = known.get(partition);
            if (end != null) {
                unread.put(partition, Math.max(0, end - position));
            }
        });
        boolean unknown = unread.isEmpty() && !positions.isEmpty();
        return unknown
                ? Double.NaN
                : unread.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Reads offsets, and of each partition the first uncommitted record, unless it is newer than the last reading. */
    Reading read(Readers reading) {
        Consumer<String, byte[]> consumer = reading.committed();
        Set<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
        Map<TopicPartition, Long> begins = offsets.find(partitions, consumer::beginningOffsets);
        Map<TopicPartition, Long> stable = offsets.find(begins.keySet(), consumer::endOffsets);
        long lag = 0;
        List<Double> ages = new ArrayList<>();
        endsBefore = ends;
        ends = Map.copyOf(offsets.find(stable.keySet(), reading.all()::endOffsets));
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            TopicPartition partition = end.getKey();
            OffsetAndMetadata offset = committed.get(partition);
            long from = Math.max(requireNonNull(begins.get(partition)), offset == null ? 0 : offset.offset());
            if (from < end.getValue()) {
                lag += end.getValue() - from;
            }
            if (from < Math.min(end.getValue(), endsBefore.getOrDefault(partition, end.getValue()))) {
                long open = Math.max(from, requireNonNull(stable.get(partition)));
                ages.add(ageSeconds(consumer, partition, from, open)
                        .orElseGet(() -> ageSeconds(reading.all(), partition, open, end.getValue())
                                .orElse(0)));
            }
        }
        boolean complete = ends.keySet().equals(partitions) && ages.stream().noneMatch(age -> age.isNaN());
        return new Reading(complete ? lag : Double.NaN, oldest(ages, complete));
    }

    /** The greatest known age; 0 only if all partitions were read. */
    private static double oldest(List<Double> ages, boolean complete) {
        double known = ages.stream()
                .filter(age -> !age.isNaN())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(ages.isEmpty() ? 0 : Double.NaN);
        return known == 0 && !complete ? Double.NaN : known;
    }

    /** The age of the first record in a range; empty if there are only markers, NaN if it cannot be read in time. */
    private OptionalDouble ageSeconds(
            Consumer<String, byte[]> consumer, TopicPartition partition, long from, long end) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        Instant deadline = clock.instant().plus(TIMEOUT);
        try {
            while (consumer.position(partition) < end) {
                if (clock.instant().isAfter(deadline)) {
                    return OptionalDouble.of(Double.NaN);
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    return OptionalDouble.of(Math.max(0, (clock.millis() - record.timestamp()) / 1e3));
                }
            }
            return OptionalDouble.empty();
        } catch (TimeoutException e) {
            return OptionalDouble.of(Double.NaN);
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
